package org.certctl.enroll;

/// The certificate a message was signed with: what a renewal is proved by.
///
/// That its key signed the message is proved; who issued it, and whether it is still good, is not.
///
/// @param encoded the certificate's octets as they came
/// @param weaklySigned whether the message is signed over SHA-1, which proves nothing where the
///   signature is the only proof (RFC 8894, section 7.9)
public record SignerCertificate(ByteString encoded, boolean weaklySigned) {}
