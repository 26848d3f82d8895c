package org.certctl.scep.cms;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.scep.ScepFormatException;

/// A PKCS#10 request as devices send them, whose signature is bad. Where an envelope held none,
/// this one is read and verified in its place, so that the time of a refusal does not tell its
/// reason.
final class StandInRequest {
  private static final int MODULUS_BITS = 2048;
  private static final byte[] ENCODED = encoded();

  private StandInRequest() {}

  /// Does the work of a request that is refused for its signature.
  static void process(ScepCrypto crypto, Limits limits) {
    try {
      var _ = Pkcs10.parse(ENCODED, limits).verify(crypto);
    } catch (ScepFormatException e) {
      throw new IllegalStateException("it can be parsed", e);
    }
  }

  private static byte[] encoded() {
    byte[] octets = new byte[MODULUS_BITS / Byte.SIZE];
    Arrays.fill(octets, (byte) 0xa5);
    var rsa = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
    var key = new RSAPublicKey(new BigInteger(1, octets), BigInteger.valueOf(65537));
    var names = new GeneralNames(new GeneralName(GeneralName.dNSName, "device.example"));
    var extension =
        sequence(
            Extension.subjectAlternativeName,
            new DEROctetString(SignedMessage.encode(names, "DER")));
    var info =
        sequence(
            new ASN1Integer(0),
            new X500Name("C=CH,O=example,CN=device"),
            sequence(rsa, new DERBitString(SignedMessage.encode(key, "DER"))),
            new DERTaggedObject(
                false,
                0,
                new DERSet(
                    new ASN1Encodable[] {
                      sequence(
                          PKCSObjectIdentifiers.pkcs_9_at_challengePassword,
                          new DERSet(new DERPrintableString("x".repeat(24)))),
                      sequence(
                          PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
                          new DERSet(sequence(extension)))
                    })));
    var algorithm =
        new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);
    byte[] signature = "bad".repeat(100).getBytes(StandardCharsets.US_ASCII);
    return SignedMessage.encode(
        sequence(info, algorithm, new DERBitString(Arrays.copyOf(signature, octets.length))),
        "DER");
  }

  private static DERSequence sequence(ASN1Encodable... elements) {
    return new DERSequence(elements);
  }
}
