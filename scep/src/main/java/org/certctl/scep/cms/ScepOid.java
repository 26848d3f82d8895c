package org.certctl.scep.cms;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;

/// The object identifiers of SCEP's attributes (RFC 8894, sections 3.2.1 and 6).
public final class ScepOid {
  private static final ASN1ObjectIdentifier ATTRIBUTES =
      new ASN1ObjectIdentifier("2.16.840.1.113733.1.9");

  /// messageType.
  public static final ASN1ObjectIdentifier MESSAGE_TYPE = ATTRIBUTES.branch("2");

  /// pkiStatus.
  public static final ASN1ObjectIdentifier PKI_STATUS = ATTRIBUTES.branch("3");

  /// failInfo.
  public static final ASN1ObjectIdentifier FAIL_INFO = ATTRIBUTES.branch("4");

  /// senderNonce.
  public static final ASN1ObjectIdentifier SENDER_NONCE = ATTRIBUTES.branch("5");

  /// recipientNonce.
  public static final ASN1ObjectIdentifier RECIPIENT_NONCE = ATTRIBUTES.branch("6");

  /// transactionID.
  public static final ASN1ObjectIdentifier TRANSACTION_ID = ATTRIBUTES.branch("7");

  /// failInfoText.
  public static final ASN1ObjectIdentifier FAIL_INFO_TEXT =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.24.1");

  private ScepOid() {}
}
