/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of PEM out of a text, and what is left of those that were damaged on their way. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cht-certificate.h"
#include "cht-pem-private.h"
#include "cht-sniff.h"

#define MAX_HEADERS ((gsize) 64 * 1024)

void
cht_pem_block_free (ChtPemBlock *block)
{
  g_free (block->label);
  g_clear_pointer (&block->der, g_bytes_unref);
  g_clear_pointer (&block->secret, cht_secret_unref);
  g_free (block->proc_type);
  g_free (block->dek_info);
  g_free (block->fault);
  g_free (block);
}

static guint
count_lines (const char *from, const char *to)
{
  guint lines = 0;
  for (; from < to; from++)
    if (*from == '\n' || (*from == '\r' && from[1] != '\n'))
      lines++;
  return lines;
}

/* The label between BEGIN (or END) and the dashes; NULL where there is none on this line. (transfer full) */
static char *
read_label (const char **at, const char *end)
{
  const char *close = cht_pem_find (*at, MIN (end, *at + MAX_LABEL + 5), DASHES);
  if (close == NULL)
    return NULL;
  for (const char *c = *at; c < close; c++)
    if (*c < 0x20 || *c > 0x7e)
      return NULL;
  char *label = g_strndup (*at, close - *at);
  *at = close + strlen (DASHES);
  return g_strstrip (label);
}

/* RFC 1421 headers ("Name: value", perhaps continued) up to the blank line behind them; returns where the base64
 * starts. */
static const char *
skip_headers (const char *body, const char *end, ChtPemBlock *block)
{
  const char *limit = MIN (end, body + MAX_HEADERS);
  const char *line = body;
  while (line < limit && cht_pem_is_space (*line))
    line++;
  gboolean any = FALSE;
  while (line < limit)
    {
      const char *stop = line;
      while (stop < limit && *stop != '\n' && *stop != '\r')
        stop++;
      const char *colon = memchr (line, ':', stop - line);
      if (colon == NULL && !(any && cht_pem_is_space (*line) && line < stop))
        break;
      if (colon != NULL)
        {
          g_autofree char *value = g_strstrip (g_strndup (colon + 1, stop - colon - 1));
          if (g_ascii_strncasecmp (line, "Proc-Type", 9) == 0 && block->proc_type == NULL)
            block->proc_type = g_steal_pointer (&value);
          else if (g_ascii_strncasecmp (line, "DEK-Info", 8) == 0 && block->dek_info == NULL)
            block->dek_info = g_steal_pointer (&value);
        }
      any = TRUE;
      line = stop + (stop + 1 < limit && stop[0] == '\r' && stop[1] == '\n' ? 2 : 1);
    }
  return any ? MIN (line, end) : body;
}

/* What stands before BEGIN on its line, if that is quotation ("> ", "# ", "+") and no text. */
static gsize
measure_quotation (const char *text, const char *begin)
{
  gsize size = 0;
  while (begin > text && size < 16 && begin[-1] != '\n' && begin[-1] != '\r')
    {
      begin--;
      size++;
      if (g_ascii_isalnum (*begin) || (*begin & 0x80) != 0)
        return 0;
    }
  return begin == text || begin[-1] == '\n' || begin[-1] == '\r' ? size : 0;
}

/* Copies [BODY, END) to OUT without the quotation that each line repeats; FALSE where one does not. */
static gboolean
strip_quotation (const char *quotation, gsize size, const char *body, const char *end, char *out, gsize *length)
{
  const char *line = body;
  *length = 0;
  while (size > 0 && cht_pem_is_space (quotation[size - 1]))
    size--;
  if (size == 0)
    return FALSE;
  while (line < end)
    {
      const char *stop = line;
      while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
      if (stop > line)
        {
          if ((gsize) (stop - line) < size || memcmp (line, quotation, size) != 0)
            return FALSE;
          memcpy (out + *length, line + size, stop - line - size);
          *length += stop - line - size;
        }
      line = stop + 1;
    }
  return TRUE;
}

/* Copies [BODY, END) to OUT without what cannot be base64 at either end of each line: quotes, commas, bullets, odd
 * spaces. */
static void
strip_noise (const char *body, const char *end, char *out, gsize *length)
{
  const char *line = body;
  *length = 0;
  while (line < end)
    {
      const char *stop = line;
      while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
      const char *next = stop + 1;
      while (line < stop && cht_pem_digit_value (*line) < 0 && *line != '=')
        line++;
      while (stop > line && cht_pem_digit_value (stop[-1]) < 0 && stop[-1] != '=')
        stop--;
      memcpy (out + *length, line, stop - line);
      *length += stop - line;
      line = next;
    }
}

static void
keep_decoded (ChtPemBlock *block, const guint8 *bytes, gsize size)
{
  if (cht_pem_label_is_private_key (block->label)
      || cht_sniff_is_private_key (cht_sniff_der ((ChtDer) { bytes, size })))
    block->secret = cht_secret_new (bytes, size);
  else
    block->der = g_bytes_new (bytes, size);
}

static void
decode_body (ChtPemBlock *block, const char *text, const char *body, const char *end)
{
  gsize size = end - body;
  gsize length = 0, bad = 0, stripped_size = 0, ignored = 0;
  guint8 *bytes = g_malloc (size / 4 * 3 + 4);
  char *stripped = g_malloc (size + 1);
  const char *begin = text + block->start;
  gsize quotation = measure_quotation (text, begin);
  gboolean good = strip_quotation (begin - quotation, quotation, body, end - MIN (quotation, size), stripped,
                                   &stripped_size)
                  && cht_pem_decode (stripped, stripped_size, bytes, &length, &ignored);
  good = good || cht_pem_decode (body, size, bytes, &length, &bad);
  if (!good && bad < size)
    {
      strip_noise (body, end, stripped, &stripped_size);
      good = cht_pem_decode (stripped, stripped_size, bytes, &length, &ignored);
    }
  if (good && length > 0)
    keep_decoded (block, bytes, length);
  else if (!good && bad < size)
    block->fault = g_strdup_printf (_("Line %u of the file holds a character that does not belong into this block."),
                                    block->line + count_lines (begin, body + bad));
  else
    block->fault = g_strdup (good ? _("This block is empty.") : _("This block is cut off in the middle."));
  cht_wipe (bytes, size / 4 * 3 + 4);
  cht_wipe (stripped, size + 1);
  g_free (bytes);
  g_free (stripped);
}

/* The block whose BEGIN line is at BEGIN; AT (in: behind that line, out: where to look on). */
static void
read_block (ChtPemBlock *block, const char *text, const char **at, const char *end)
{
  const char *body = *at;
  /* The next BEGIN bounds the search for the END, so that a file of BEGIN lines takes linear time. */
  const char *next = cht_pem_find (body, end, BEGIN);
  const char *close = cht_pem_find (body, next != NULL ? next : end, END);
  if (close == NULL)
    {
      const char *stop = next != NULL ? next : end;
      block->fault = g_strdup (_("This block has no END line: it is cut off."));
      block->end = stop - text;
      *at = stop;
      return;
    }
  const char *after = close + strlen (END);
  g_autofree char *closing = read_label (&after, end);
  block->end = after - text;
  *at = after;
  if (g_strcmp0 (closing, block->label) != 0)
    {
      block->fault = g_strdup_printf (_("This block starts as “%s” and its END line does not say the same."),
                                      block->label);
      return;
    }
  decode_body (block, text, skip_headers (body, close, block), close);
}

static gboolean
check_limits (guint n_blocks, guint n_keys, GError **error)
{
  if (n_blocks > CHT_X509_MAX_CERTIFICATES)
    g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT, _("This holds more than %d objects, the limit."),
                 CHT_X509_MAX_CERTIFICATES);
  else if (n_keys > CHT_X509_MAX_KEYS)
    g_set_error (error, CHT_X509_ERROR, CHT_X509_ERROR_LIMIT, _("This holds more than %d private keys, the limit."),
                 CHT_X509_MAX_KEYS);
  return n_blocks <= CHT_X509_MAX_CERTIFICATES && n_keys <= CHT_X509_MAX_KEYS;
}

typedef struct {
  const char *text, *end;
  GPtrArray *blocks;    /* (owned by the caller) */
  const char *counted;  /* up to where LINE was counted */
  guint line;
} Scan;

static ChtPemBlock *
add_block (Scan *scan, char *label, const char *begin, const char *end)
{
  ChtPemBlock *block = g_new0 (ChtPemBlock, 1);
  scan->line += count_lines (scan->counted, begin);
  scan->counted = begin;
  block->label = label;
  block->line = scan->line;
  block->start = begin - scan->text;
  block->end = end - scan->text;
  g_ptr_array_add (scan->blocks, block);
  return block;
}

static gboolean
begins_line (const Scan *scan, const char *at)
{
  return at == scan->text || at[-1] == '\n' || at[-1] == '\r' || at[-1] == '-'
         || measure_quotation (scan->text, at) > 0;
}

/* A BEGIN line that lost its end ("-----BEGIN CERTIFIC"): its block is none, but it is not lost in silence. AT (in:
 * behind the word BEGIN, out: where to look on). Only the line is kept: what follows may be a key. */
static void
take_cut_begin (Scan *scan, const char *begin, const char **at)
{
  const char *stop = *at;
  while (stop < scan->end && stop - *at <= MAX_LABEL
         && (g_ascii_isupper (*stop) || g_ascii_isdigit (*stop) || *stop == ' ' || *stop == '-'))
    stop++;
  if (!begins_line (scan, begin) || (stop < scan->end && *stop != '\n' && *stop != '\r'))
    return;
  gsize size = stop - *at;
  while (size > 0 && ((*at)[size - 1] == '-' || (*at)[size - 1] == ' '))
    size--;
  ChtPemBlock *block = add_block (scan, g_strndup (*at, size), begin, stop);
  block->fault = g_strdup (_("The BEGIN line of this block is cut off."));
  const char *next = cht_pem_find (stop, scan->end, BEGIN);
  const char *close = cht_pem_find (stop, next != NULL ? next : scan->end, END);
  *at = close != NULL ? close + strlen (END) : stop;
}

/* "––––BEGIN CERTIFICATE––––": dashes that a word processor or a mail program changed, too few of them, small letters.
 * Only where base64 follows; other text has rulers and headings too. Where it is one, its label; LINE ends there. */
static char *
read_mangled_label (const Scan *scan, const char *word, const char *end, const char **line)
{
  static const char *const labels[] = { "CERTIFICATE", "PRIVATE KEY", "PUBLIC KEY", "CRL", "REQUEST", "PKCS7" };
  const char *stop = word;
  guint dashes = 0, digits = 0;
  for (const char *c = word; c > scan->text && (c[-1] == '-' || c[-1] == ' ' || (c[-1] & 0x80) != 0); c--)
    dashes += c[-1] != ' ';
  while (stop < end && stop - word < MAX_LABEL && (g_ascii_isalnum (*stop) || *stop == ' '))
    stop++;
  g_autofree char *label = g_ascii_strup (word + strlen ("BEGIN "), MAX (stop - word, 6) - strlen ("BEGIN "));
  g_strstrip (label);
  gboolean known = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    known |= g_str_has_suffix (label, labels[i]);
  while (stop < end && (*stop == '-' || *stop == ' ' || (*stop & 0x80) != 0))
    stop++;
  *line = stop;
  while (stop < end && (*stop == '\n' || *stop == '\r'))
    stop++;
  while (stop < end && digits < 40 && cht_pem_digit_value (*stop) >= 0)
    stop++, digits++;
  known = known && !g_str_has_prefix (label, "SSH2"); /* a form of its own, with four hyphens */
  return known && dashes > 0 && digits == 40 ? g_steal_pointer (&label) : NULL;
}

/* Blocks whose BEGIN line is none, in [FROM, TO). */
static const char *
take_mangled (Scan *scan, const char *from, const char *to)
{
  const char *at = from;
  for (const char *word = from; word + 6 < to && scan->blocks->len <= CHT_X509_MAX_CERTIFICATES; word++)
    {
      const char *line = NULL;
      if (*word != 'B' && *word != 'b')
        continue;
      g_autofree char *label =
          g_ascii_strncasecmp (word, "BEGIN ", 6) == 0 ? read_mangled_label (scan, word, to, &line) : NULL;
      if (label == NULL)
        continue;
      const char *start = word;
      while (start > at && start[-1] != '\n' && start[-1] != '\r')
        start--;
      ChtPemBlock *block = add_block (scan, g_steal_pointer (&label), start, line);
      block->fault = g_strdup (_("The BEGIN line of this block is damaged: five hyphens, BEGIN, a name in capitals and "
                                 "five hyphens belong there. A mail program or a word processor may have changed them."));
      /* Bounded by the next BEGIN, so that many of them take linear time. */
      const char *next = cht_pem_find (line, to, "BEGIN ");
      const char *close = cht_pem_find (line, next != NULL ? next : to, END);
      at = word = close != NULL ? close + strlen (END) : line;
    }
  return at;
}

/* Between blocks, in [FROM, TO): BEGIN lines that are none, and END lines whose block lost its start. */
static void
take_damaged (Scan *scan, const char *from, const char *to)
{
  from = take_mangled (scan, from, to);
  for (const char *at = cht_pem_find (from, to, END);
       at != NULL && scan->blocks->len <= CHT_X509_MAX_CERTIFICATES; at = cht_pem_find (at, to, END))
    {
      const char *close = at;
      at += strlen (END);
      g_autofree char *label = read_label (&at, to);
      if (label == NULL || !begins_line (scan, close))
        continue;
      ChtPemBlock *block = add_block (scan, g_steal_pointer (&label), close, at);
      block->fault = g_strdup (_("The BEGIN line of this block is missing: its start is cut off."));
    }
}

/* The file ends in the first characters of a BEGIN line. One dash is enough right behind a block; else it may be a
 * ruler. */
static void
take_cut_end (Scan *scan, const char *from)
{
  const char *line = scan->end;
  while (line > from && line[-1] != '\n' && line[-1] != '\r' && scan->end - line < (gssize) strlen (BEGIN))
    line--;
  gsize size = scan->end - line;
  const char *c = from;
  while (c < line && cht_pem_is_space (*c))
    c++;
  gboolean follows = scan->blocks->len > 0 && c == line && line > from;
  if (size < (follows ? 1 : strlen (DASHES) + 1) || strncmp (line, BEGIN, size) != 0 || !begins_line (scan, line))
    return;
  ChtPemBlock *block = add_block (scan, g_strdup (""), line, scan->end);
  block->fault = g_strdup (_("The file ends in the BEGIN line of this block: it is cut off."));
}

/* "… between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE----- …" in the midst of a line: talk of blocks. */
static gboolean
is_prose (const Scan *scan, const ChtPemBlock *block)
{
  gsize size = block->end - block->start;
  gsize lines = strlen (BEGIN END DASHES DASHES) + 2 * strlen (block->label);
  return size < lines + 32 && !begins_line (scan, scan->text + block->start)
         && memchr (scan->text + block->start, '\n', size) == NULL;
}

GPtrArray *
cht_pem_scan (const char *text, gsize size, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) cht_pem_block_free);
  Scan scan = { text, text + size, blocks, text, 1 };
  const char *at = text;
  guint n_keys = 0;
  for (const char *begin = cht_pem_find (at, scan.end, BEGIN); begin != NULL; begin = cht_pem_find (at, scan.end, BEGIN))
    {
      take_damaged (&scan, at, begin);
      at = begin + strlen (BEGIN);
      g_autofree char *label = read_label (&at, scan.end);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (label == NULL)
        take_cut_begin (&scan, begin, &at);
      else
        {
          ChtPemBlock *block = add_block (&scan, g_steal_pointer (&label), begin, at);
          read_block (block, text, &at, scan.end);
          if (is_prose (&scan, block))
            g_ptr_array_set_size (blocks, blocks->len - 1);
          else
            n_keys += block->secret != NULL;
        }
      if (!check_limits (blocks->len, n_keys, error))
        return NULL;
    }
  take_damaged (&scan, at, scan.end);
  take_cut_end (&scan, at);
  return check_limits (blocks->len, n_keys, error) ? g_steal_pointer (&blocks) : NULL;
}
