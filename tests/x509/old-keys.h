/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One throw-away P-256 key, as OpenSSL 3.0 writes it in schemes that GnuTLS does not write. The passphrase is "secret". */
#pragma once

static const char *const old_keys[] = {
  /* DEK-Info, AES-128-CBC */
  "-----BEGIN EC PRIVATE KEY-----\n"
  "Proc-Type: 4,ENCRYPTED\n"
  "DEK-Info: AES-128-CBC,040CD0EFBD881E907087C9301DC01595\n"
  "\n"
  "YB8f1iF4jmB64IfGVLywqCEmue0tidMhYRysY0eDqs7vv40F+oQSUz6YxHzSo4hw\n"
  "T4iVOS5y23H3BoH9Ev8uxdYCmFS8uoXwDEit/SqC1Er9F/HC+LbhxIP1vzKzxki1\n"
  "T/6zI3lD38e7BUzRC7nv2Kf346RHZ6RjFMD82SjBR7o=\n"
  "-----END EC PRIVATE KEY-----\n",
  /* DEK-Info, DES-EDE3-CBC */
  "-----BEGIN EC PRIVATE KEY-----\n"
  "Proc-Type: 4,ENCRYPTED\n"
  "DEK-Info: DES-EDE3-CBC,266C7C67406C77EC\n"
  "\n"
  "41LPpyBgHwmeFkxC+nkd6Oe9Bxpjax4E6AUs+qzbnbao8RMU7xBpfzYLcaAqriin\n"
  "aOA/hX0bwlOkp1PlqKNfFvMa7cPJbxt7/IOg1OFYHenP5ghziYabfMGP8cOyRNHx\n"
  "v0fkl+fOtW1ROuOlE0onMDOQbC4ZX/DkYHnNX8Qo02U=\n"
  "-----END EC PRIVATE KEY-----\n",
  /* PBES1 with MD5 and DES */
  "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
  "MIGwMBsGCSqGSIb3DQEFAzAOBAjfrTyfDcR0tQICCAAEgZDfY0RVHkCSzvX/VHSu\n"
  "2yPRsur0V0Mo8aVJvdq0dfs8XN+oPzekvsxOYL0EV+SumC04mzRv5+LSO93a0pmu\n"
  "Qkw4AMqf9siCSHKLKRYTdTtZg+9J+2SQg0dYoimR3GobUjTHanJwfE998SOks30U\n"
  "ku/pZVuSpOnfdNZwQoEB09AoCoCW9U1YPWXIfjd7DuMW5xM=\n"
  "-----END ENCRYPTED PRIVATE KEY-----\n",
  /* PKCS#12's three-key 3DES */
  "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
  "MIGxMBwGCiqGSIb3DQEMAQMwDgQI2iwLvU/Pw7ACAggABIGQOI3usogDKeOui+s/\n"
  "28uirXIuJHdcuIixcpsXAUyltBr3MnwgLk9GClC5x1zUwyRgbG4kDLV6xYl/Oadu\n"
  "cTVzILZ9iCxfSHFKWUU89hy9+1IjO/07eV9SEoC6KtHtfieT8zWSfraKE9zJtrnc\n"
  "Gzn7hBZ7nJQCVKl0ysDFXtazBvVyv/Nk5mGqusjEX7+YfSx5\n"
  "-----END ENCRYPTED PRIVATE KEY-----\n",
  /* PBES2, PBKDF2 with HMAC-SHA-512, Camellia */
  "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
  "MIHuMFkGCSqGSIb3DQEFDTBMMCkGCSqGSIb3DQEFDDAcBAhefr+ZNQpGkAICCAAw\n"
  "DAYIKoZIhvcNAgsFADAfBgsqgwiMmks9AQEBBAQQfpESDYPTCJT4nZWiroB0dwSB\n"
  "kM1n9T1NuOckgd6oGZpf/t4sSItcN7JM87PXFs/SkP0fzs+jr9wTpPKnUCa8o9k2\n"
  "J5ocKVpBJw9shCEI5QwsjFNU+g0bsYB6wC9u0RGW7R+IF+X+qfRjjciJIdnXfSXY\n"
  "X+JHrP10sw9xwbCpmJcCTPlhShjKXpcOJ6Uegfa2u+R7xpid+2Akd2RXIX5v3jIk\n"
  "CA==\n"
  "-----END ENCRYPTED PRIVATE KEY-----\n",
  /* PKCS#12's two-key 3DES */
  "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
  "MIGxMBwGCiqGSIb3DQEMAQQwDgQI0kvH6MWwTmgCAggABIGQFEm6k2SpPoZFYFv8\n"
  "EmlSJZ2zi8gYxl7m/HVARwYN3jPKzBzj2Yl8rntuI8uzmvnGcIWCYxrhsmSsc7mc\n"
  "ZX4oLvYGQ7wVHQl7jtdPC3isZC3yGY+quN4NrFMY6aNlVEPzCCqQ0nZHWuXAeANb\n"
  "7QmnXnV6a62PbESaqFsEL5C6ivDvPEe05oPTWTeX5RHSA+uv\n"
  "-----END ENCRYPTED PRIVATE KEY-----\n",
};
