/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the workspace makes its records out of the controller's. */
#pragma once

#include "cht-alarms-api.h"
#include "cht-certificates-api.h"
#include "cht-destinations-api.h"
#include "cht-record-fields.h"
#include "cht-records.h"
#include "cht-renewal-api.h"

G_BEGIN_DECLS

/* DESTINATIONS (nullable): names, NULL-terminated. All (transfer full). */
ChtListed *cht_listed_new (const ChtApiSummary *summary, const char *const *destinations);
ChtDestination *cht_destination_new (const ChtApiDestination *destination, int in_use, const char *certificate);
ChtExpiry *cht_expiry_new (const ChtApiExpiry *expiry);
ChtJob *cht_job_new (const ChtApiJob *job);
ChtAlarm *cht_alarm_new (const ChtApiAlarm *alarm);
/* LABELS NULL: a form as the table has it. */
ChtRoleForm *cht_role_form_new (const char *role_name, const char *display_name, const ChtApiLabels *labels,
                                ChtOperations operations);
ChtProfile *cht_profile_new_kept (const char *uuid, const char *name, const char *url, const char *username,
                                  const char *pin, gboolean has_password);

G_END_DECLS
