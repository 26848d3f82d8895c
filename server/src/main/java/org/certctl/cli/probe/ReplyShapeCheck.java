package org.certctl.cli.probe;

import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.TransactionId;
import org.certctl.scep.client.CertRep;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.ScepOid;
import org.certctl.scep.cms.SignedMessage;

/// The form of a CertRep: what strict readers and old ones need of it (RFC 8894, section 3.2.1).
final class ReplyShapeCheck {

  private final Findings.Reporter report;

  ReplyShapeCheck(Findings.Reporter report) {
    this.report = report;
  }

  /// Looks at an answer that verified.
  void run(ProbeMessages.Reply.Signed reply) {
    lengths(reply.octets());
    try {
      SignedMessage message = SignedMessage.parse(reply.octets(), Limits.defaults());
      nonce(message, reply.ownNonce());
      if (message.signerCertificate().isEmpty()) {
        report.warning(
            "reply_no_signer_certificate",
            "Answers do not hold the certificate they are signed with.",
            "Put it in.",
            Clients.MICROMDM,
            Clients.JSCEP);
      }
      boolean printable =
          message
              .attributes()
              .transactionId()
              .filter(id -> id.encoding() == TransactionId.Encoding.PRINTABLE_STRING)
              .isPresent();
      if (!printable) {
        report.warning(
            "reply_string_type",
            "Attributes are not of type PrintableString.",
            "RFC 8894, section 3.2.1, wants PrintableString.",
            Clients.JSCEP,
            Clients.SSCEP,
            Clients.APPLE);
      }
      if (!(reply.rep() instanceof CertRep.Success) && message.content().isPresent()) {
        report.warning(
            "reply_content_in_failure",
            "Refusals hold content, as those of NDES do.",
            "Leave it out (RFC 8894, section 3.2.2).",
            "old " + Clients.SSCEP);
      }
    } catch (ScepFormatException e) {
      throw new IllegalStateException("it was read before", e);
    }
    algorithms(reply.octets());
  }

  private void nonce(SignedMessage message, boolean own) {
    if (message.attributes().nonce(ScepOid.SENDER_NONCE).isEmpty()) {
      report.problem(
          "reply_sender_nonce",
          "Answers have no senderNonce.",
          "Make a fresh one for each answer (RFC 8894, section 3.2.1.5).",
          Clients.MIKROTIK,
          Clients.CERTMONGER,
          Clients.WINDOWS);
    } else if (!own) {
      report.warning(
          "reply_sender_nonce_echoed",
          "The senderNonce of answers is the one of the request.",
          "Make a fresh one for each answer (RFC 8894, section 3.2.1.5); strict clients refuse"
              + " this.");
    }
  }

  private void lengths(byte[] octets) {
    Optional<Ber> measured = Ber.measure(octets);
    if (measured.isPresent() && measured.get().indefinite()) {
      report.warning(
          "reply_indefinite_length",
          "Answers use indefinite lengths (BER).",
          "Encode with definite lengths, as DER does.",
          Clients.STRONGSWAN,
          Clients.CERTMONGER);
    }
    if (measured.isPresent() && measured.get().end() < octets.length) {
      report.problem(
          "reply_trailing_octets",
          "Octets follow the answer.",
          "Send nothing after it.",
          Clients.CERTMONGER);
    }
  }

  private void algorithms(byte[] octets) {
    try {
      for (SignerInformation signer : new CMSSignedData(octets).getSignerInfos()) {
        if (DigestAlgorithm.ofOid(signer.getDigestAlgorithmID().getAlgorithm()).isEmpty()) {
          report.warning(
              "reply_digest_algorithm",
              "The digest algorithm is not that of a plain hash.",
              "Write the OID of the hash alone; Apple devices crash at others.",
              Clients.APPLE);
        }
        String signature = signer.getEncryptionAlgOID();
        if (!signature.equals(PKCSObjectIdentifiers.rsaEncryption.getId())) {
          report.note(
              "reply_signature_algorithm",
              "The signature algorithm is " + signature + ", not plain rsaEncryption.",
              "Right by the standard; some routers know rsaEncryption only.",
              Clients.CISCO);
        }
      }
    } catch (CMSException e) {
      throw new IllegalStateException("it was read before", e);
    }
  }

  /// Reports an answer that cannot be used.
  ///
  /// @param what which answer
  void unusable(String what, ProbeMessages.Reply.Unusable reply) {
    switch (reply.code()) {
      case "reply_media_type" ->
          report.problem(
              reply.code(),
              what + " cannot be used: " + reply.text() + ".",
              "Send application/x-pki-message, with status 200 for refusals too.",
              Clients.JSCEP,
              Clients.CERTMONGER,
              Clients.SSCEP,
              Clients.APPLE);
      case "reply_recipient_nonce" ->
          report.problem(
              reply.code(),
              what + " does not return the senderNonce of the request.",
              "Copy it octet by octet (RFC 8894, section 3.2.1.5).",
              "all");
      case "reply_signature" ->
          report.problem(
              reply.code(),
              what + " is not signed by a certificate from GetCACert.",
              "Sign with the RA or CA certificate that GetCACert shows.",
              "all");
      default ->
          report.problem(reply.code(), what + " cannot be used: " + reply.text() + ".", "", "all");
    }
  }

  /// A refusal in words.
  static String describe(FailInfo failInfo, Optional<String> text) {
    return org.certctl.cli.client.FailureHints.name(failInfo)
        + text.map(words -> " \"" + words + "\"").orElse("");
  }
}
