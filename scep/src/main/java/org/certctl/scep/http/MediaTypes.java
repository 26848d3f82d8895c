package org.certctl.scep.http;

/// The media types of SCEP (RFC 8894, section 4), to be sent without any parameter: several
/// requesters compare the whole string.
public final class MediaTypes {
  /// The answer to GetCACaps.
  public static final String CA_CAPS = "text/plain";

  /// The answer to GetCACert: one certificate.
  public static final String CA_CERT = "application/x-x509-ca-cert";

  /// The answer to GetCACert: several certificates.
  public static final String CA_RA_CERT = "application/x-x509-ca-ra-cert";

  /// The answer to GetNextCACert.
  public static final String NEXT_CA_CERT = "application/x-x509-next-ca-cert";

  /// Requests and answers of PKIOperation.
  public static final String PKI_MESSAGE = "application/x-pki-message";

  private MediaTypes() {}
}
