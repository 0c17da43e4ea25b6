"""Rows of OpenSSL's own tables that its options cannot leave out. What only they lead to is not linked."""

from __future__ import annotations

from pathlib import Path

from .edits import edit

# What TLS to a web service, its certificates and the keys of its clients do not use.
DIGESTS = "SHA2_256_192|SHA2_512_224|SHA2_512_256|KECCAK_224|KECCAK_256|KECCAK_384|KECCAK_512"
CIPHERS = (
    r"AES_\d+_(?:CBC_CTS|OFB|CFB|CFB1|CFB8|XTS|WRAP\w*)|DES3_WRAP|DES_EDE_\w+|DES_EDE3_(?:ECB|OFB|CFB\d?)"
)
CODES = "GMAC|KMAC_128|KMAC_256|KECCAK_KMAC_128|KECCAK_KMAC_256|POLY1305"
DERIVATIONS = "SSKDF|SSHKDF|X963KDF|KBKDF|X942KDF_ASN1|KRB5KDF|HMAC_DRBG_KDF"
GENERATORS = "HASH_DRBG|HMAC_DRBG|TEST_RAND"
SIGNATURES = r"RSA_SHA512_2\w+|(?:RSA|ECDSA)_SHA3_\d+|ED25519(?:ph|ctx)"
CURVE_448 = r"X448|ED448(?:ph)?|X448MLKEM1024"
PROVIDED = f"{DIGESTS}|{CIPHERS}|{CODES}|{DERIVATIONS}|{GENERATORS}|{SIGNATURES}|{CURVE_448}"

# Attribute certificates, Netscape's extensions and others that no check of a server's certificate reads.
EXTENSIONS = (
    r"ns_ia5_list\[\d\]|pkey_usage_period|crl_invdate|sxnet|info|audit_identity|sinfo|targeting_information"
    r"|no_rev_avail|crl_hold|subj_dir_attrs|utf8_list\[0\]|issuer_sign_tool|ext_admission"
    r"|authority_attribute_identifier|role_spec_cert_identifier|battcons|delegated_name_constraints"
    r"|time_specification|attribute_descriptor|user_notice|soa_identifier|acc_cert_policies"
    r"|acc_priv_policies|indirect_issuer|no_assertion|aa_issuing_dist_point|issued_on_behalf_of|single_use"
    r"|group_ac|allowed_attribute_assignments|attribute_mappings|holder_name_constraints|associated_info"
)

# A table of 150 KB for multiples of P-256's generator: without it, they are computed as those of any point.
MULTIPLES = r"^(?:while ?\(@line=splice\(@arr,0,16\)\)|for\(1\.\.37\)) \{\n.*?^\}\n"

RULES = (
    ("providers/defltprov.c", rf"^ +\{{ PROV_NAMES_(?:{PROVIDED}), [^}}]*\}},\n", ""),
    ("providers/defltprov.c", rf"^ +ALG\(PROV_NAMES_(?:{PROVIDED}), \w+\),\n", ""),
    ("providers/defltprov.c", r'^ +\{ "X448MLKEM1024", [^}]*\},\n', ""),
    # Key exchange in the sense of EVP_PKEY_derive with a function for the keys of TLS.
    ("providers/defltprov.c", r"^ +\{ PROV_NAMES_\w+, [^}]*ossl_kdf_\w*(?:keyexch|keymgmt)_[^}]*\},\n", ""),
    # Keys encapsulated with RSA, EC and X25519 alone, as TLS does not do it.
    ("providers/defltprov.c", r"^ +\{ PROV_NAMES_\w+, [^}]*ossl_(?:rsa|ecx|ec)_asym_kem_[^}]*\},\n", ""),
    # No key is ever written.
    ("providers/defltprov.c", r'^#include "encoders\.inc"\n', ""),
    ("providers/baseprov.c", r'^#include "encoders\.inc"\n', ""),
    ("providers/decoders.inc", r'^DECODER\w*\("(?:X448|ED448)", [^\n]*\n', ""),
    ("providers/decoders.inc", r'^DECODER\("\w+", (?:msblob|pvk), [^\n]*\n', ""),
    ("providers/common/capabilities.c", r'^ +TLS_GROUP_ENTRY\("(?:x448|X448MLKEM1024)", [^)]*\),\n', ""),
    ("crypto/x509/standard_exts.h", rf"^ +&ossl_v3_(?:{EXTENSIONS}),\n", ""),
    ("crypto/ec/asm/ecp_nistz256-x86_64.pl", MULTIPLES, ""),
    ("crypto/ec/asm/ecp_nistz256-armv8.pl", MULTIPLES, ""),
    ("crypto/ec/ecp_nistz256.c", r"preComputedTable = ecp_nistz256_precomputed;", "preComputedTable = NULL;"),
)  # fmt: skip


def trim(source: Path) -> None:
    edit("OpenSSL", source, RULES)
