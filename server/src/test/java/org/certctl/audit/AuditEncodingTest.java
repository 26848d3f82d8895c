package org.certctl.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.certctl.enroll.Enrollments;
import org.certctl.pki.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AuditEncodingTest {

  private static final Instant AT = Instant.parse("2026-03-01T12:00:00.123456789Z");
  private static final EnrollmentFacts FACTS = Enrollments.facts("a");

  static Stream<AuditEvent> events() {
    return Stream.of(
        new AuditEvent.EnrollmentIntended(AT, FACTS, "0a"),
        new AuditEvent.CertificateIssued(AT, FACTS, "0a", "ff", AT, AT.plusSeconds(60)),
        new AuditEvent.EnrollmentRepeated(AT, FACTS, "0a"),
        new AuditEvent.EnrollmentRefused(AT, FACTS, "challenge_wrong", "not ours"),
        new AuditEvent.EnrollmentDeferred(AT, FACTS, "static", AT.plusSeconds(60)),
        new AuditEvent.EnrollmentApproved(AT, FACTS, Actor.user("anna")),
        new AuditEvent.EnrollmentRejected(AT, FACTS, Actor.user("anna"), "not your device"),
        new AuditEvent.PendingQueueFull(AT, "SCEP", "default", "endpoint", "1000", FACTS.origin()),
        new AuditEvent.EnrollmentReleased(AT, FACTS, "0a", "issuer_unavailable", "no answer"),
        new AuditEvent.ChallengeReused(AT, FACTS, "0badcafe", "was used"),
        new AuditEvent.ChallengeCreated(AT, "root", "0badcafe", "default", "CN=a", AT),
        new AuditEvent.ChallengeRevoked(AT, "root", "0badcafe", "default"),
        new AuditEvent.MessageRejected(
            AT, "SCEP", "default", "t", "CN=x", "bad_alg", FACTS.origin()),
        new AuditEvent.RevocationChanged(
            AT,
            Actor.user("alice"),
            "revoked",
            "iss-local",
            "0a",
            "CN=a",
            "device-a",
            "keyCompromise",
            "lost on a train"),
        new AuditEvent.CrlIssued(AT, "iss-local", "delta", "1772366400", "3", AT.plusSeconds(60)),
        new AuditEvent.RaCertificateMade(AT, "e", "iss-local", "CN=ra", "0a", "ff", AT),
        new AuditEvent.RaKeyDestroyed(AT, "e", "0a"),
        new AuditEvent.OcspCertificateMade(AT, "iss-local", "CN=ocsp", "0a", "ff", AT),
        new AuditEvent.OcspKeyDestroyed(AT, "iss-local", "0a"),
        new AuditEvent.SharedKeyChanged(AT, Actor.user("alice"), "shared", "ca", "iss-local", "ff"),
        new AuditEvent.CaRollover(
            AT, Actor.user("alice"), "prepared", "iss-local-2", "CN=ca", "ff", "2027-01-01"),
        new AuditEvent.MaterialReloaded(
            AT, Actor.user("alice"), "connector", "corp", "kept", "there is no file"),
        new AuditEvent.BackupMade(AT, Actor.user("alice"), "plain", "ff", "ee"),
        new AuditEvent.RecordsRemoved(AT, "certificates", "100", AT),
        new AuditEvent.TrailArchived(AT, Actor.user("alice"), "16", "4711", "ee"),
        new AuditEvent.DataRestored(AT, Actor.user("alice"), AT, "ff"),
        new AuditEvent.ExpiryNoticed(
            AT, "tls server", "CN=größe", "0a", "ff", AT, "30d", "notice-1"),
        new AuditEvent.IssuedExpiryNoticed(AT, "wifi", "7d", "41", "notice-2"),
        new AuditEvent.NoticeDelivery(
            AT,
            Actor.system(),
            "given_up",
            "notice-1",
            "test",
            "mail to a@example.com",
            "3",
            "550 no such user"),
        new AuditEvent.StoreRecovered(AT),
        new AuditEvent.ServerStarted(AT, "0.1.0"),
        new AuditEvent.ServerStopped(AT, "0.1.0"));
  }

  @ParameterizedTest
  @MethodSource("events")
  void decodesWhatItEncodes(AuditEvent event) {
    AuditEntry entry = AuditEntry.of(event);

    byte[] canonical = AuditEncoding.encode(entry);
    AuditEntry decoded = AuditEncoding.decode(7, canonical);

    assertThat(decoded).isEqualTo(entry.placed(7));
    assertThat(List.copyOf(decoded.details().keySet()))
        .isEqualTo(List.copyOf(entry.details().keySet()));
    assertThat(AuditEncoding.encode(decoded)).isEqualTo(canonical);
  }

  @Test
  void coversEveryCase() {
    assertThat(events().map(Object::getClass))
        .containsExactlyInAnyOrder(AuditEvent.class.getPermittedSubclasses());
  }

  @Test
  void namesAnIssuedCertificateAsOperatorsKnowIt() {
    AuditEntry entry =
        AuditEntry.of(new AuditEvent.CertificateIssued(AT, FACTS, "0a", "ff", AT, AT));

    assertThat(entry)
        .extracting(
            AuditEntry::category,
            AuditEntry::action,
            AuditEntry::actor,
            AuditEntry::actorType,
            AuditEntry::resourceType,
            AuditEntry::resourceId,
            AuditEntry::outcome)
        .containsExactly(
            "cert_lifecycle",
            "scep_pkcsreq",
            "scep-client",
            "system",
            "certificate",
            "0a",
            "issued");
    assertThat(entry.details())
        .containsEntry("serial", "0a")
        .containsEntry("sans", "DNS:a.example,URI:urn:x\\,y")
        .containsEntry("issuer_id", "iss-local")
        .containsEntry("profile_id", "prof-default")
        .containsEntry("protocol", "SCEP")
        .containsEntry("transaction_id", "a")
        .containsEntry("device", "device-a")
        .containsEntry("source_address", "192.0.2.7");
  }

  @Test
  void namesWhoRevokedAndWhy() {
    AuditEntry entry =
        AuditEntry.of(
            new AuditEvent.RevocationChanged(
                AT,
                Actor.user("alice"),
                "revoked",
                "iss-local",
                "0a",
                "CN=a",
                "device-a",
                "keyCompromise",
                "lost"));

    assertThat(entry)
        .extracting(
            AuditEntry::action,
            AuditEntry::actor,
            AuditEntry::actorType,
            AuditEntry::resourceId,
            AuditEntry::outcome)
        .containsExactly("cert_revocation", "alice", "user", "0a", "revoked");
    assertThat(entry.details())
        .containsEntry("revocation_reason", "keyCompromise")
        .containsEntry("note", "lost")
        .containsEntry("device", "device-a");
  }

  @Test
  void namesWhoDecidedAsUser() {
    AuditEntry approved =
        AuditEntry.of(new AuditEvent.EnrollmentApproved(AT, FACTS, Actor.user("an\nna")));
    AuditEntry rejected =
        AuditEntry.of(
            new AuditEvent.EnrollmentRejected(AT, FACTS, Actor.user("anna"), "not your device"));

    assertThat(approved)
        .extracting(AuditEntry::action, AuditEntry::actor, AuditEntry::actorType, e -> e.outcome())
        .containsExactly("scep_pkcsreq", "an?na", "user", "approved");
    assertThat(rejected)
        .extracting(AuditEntry::actor, AuditEntry::outcome, AuditEntry::reason)
        .containsExactly("anna", "rejected", "approval_rejected");
    assertThat(rejected.details()).containsEntry("words", "not your device");
  }

  @Test
  void tellsWhetherAnotherKeyThanTheOneToBeCertifiedSigned() {
    AuditEntry differs = AuditEntry.of(new AuditEvent.EnrollmentRepeated(AT, FACTS, "0a"));
    assertThat(differs.details()).containsEntry("signer_key_differs", "true");
    assertThat(differs.details().get("subject_key_sha256"))
        .isNotEqualTo(differs.details().get("requester_key_sha256"));
  }

  @Test
  void keepsTheEncodingOfVersionOne() {
    AuditEntry entry =
        asTheFirstVersionTold(AuditEntry.of(new AuditEvent.EnrollmentRepeated(AT, FACTS, "0a")));

    assertThat(Sha256.over(AuditEncoding.encode(entry)).hex())
        .isEqualTo("dc35b8a9908d5e2849580fb951ebfcfa08e3610efb2df7796ab768ee60741b9e");
  }

  @Test
  void anIntentTellsWhatIsCertifiedAndLeavesTheRestToTheEventThatFollows() {
    AuditEntry intended = AuditEntry.of(new AuditEvent.EnrollmentIntended(AT, FACTS, "0a"));

    assertThat(intended.transactionId()).isEqualTo(FACTS.transactionId());
    assertThat(intended.details())
        .containsOnlyKeys(
            "serial",
            "device",
            "subject",
            "subject_key_sha256",
            "signer_key_differs",
            "issuer_id",
            "profile_id",
            "request_id");
  }

  /// What is told has changed since, but not how it is encoded.
  private static AuditEntry asTheFirstVersionTold(AuditEntry entry) {
    var details = new LinkedHashMap<>(entry.details());
    details.remove("signer_key_differs");
    return new AuditEntry(
        entry.sequence(),
        entry.at(),
        entry.category(),
        entry.action(),
        entry.actor(),
        entry.actorType(),
        entry.resourceType(),
        entry.resourceId(),
        "intended",
        entry.reason(),
        entry.endpoint(),
        entry.transactionId(),
        details);
  }

  @Test
  void makesWhatRequestersSendSafeToEncodeAndShow() {
    AuditEntry entry =
        AuditEntry.of(
            new AuditEvent.MessageRejected(
                AT, "SCEP", "e", "a\nb\ud800", "x".repeat(10_000), "r", FACTS.origin()));

    assertThat(entry.transactionId()).isEqualTo("a?b?");
    assertThat(entry.details().get("requester")).hasSize(4096);
    assertThat(AuditEncoding.decode(0, AuditEncoding.encode(entry))).isEqualTo(entry);
  }

  @Test
  void refusesEveryTruncationAndEveryChangedOctetThatItCannotReadBack() {
    byte[] canonical =
        AuditEncoding.encode(AuditEntry.of(new AuditEvent.ServerStarted(AT, "0.1.0")));

    for (int length = 0; length < canonical.length; length++) {
      byte[] cut = Arrays.copyOf(canonical, length);
      assertThatIllegalArgumentException().isThrownBy(() -> AuditEncoding.decode(1, cut));
    }
    for (int i = 0; i < canonical.length * 8; i++) {
      byte[] changed = canonical.clone();
      changed[i / 8] ^= (byte) (1 << (i % 8));
      try {
        assertThat(AuditEncoding.encode(AuditEncoding.decode(1, changed))).isEqualTo(changed);
      } catch (IllegalArgumentException e) {
        assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
      }
    }
    byte[] longer = Arrays.copyOf(canonical, canonical.length + 1);
    assertThatIllegalArgumentException().isThrownBy(() -> AuditEncoding.decode(1, longer));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuditEncoding.decode(1, "no DER".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void hasNoFieldThatTakesASecretOrRawOctets() {
    Set<Class<?>> allowed =
        Set.of(
            String.class,
            Instant.class,
            Actor.class,
            EnrollmentFacts.class,
            Origin.class,
            List.class,
            // Texts by name, from a challenge that a connector signed.
            SequencedMap.class);
    Stream.concat(
            Stream.of(AuditEvent.class.getPermittedSubclasses()),
            Stream.of(Actor.class, EnrollmentFacts.class, Origin.class))
        .flatMap(type -> Stream.of(type.getRecordComponents()))
        .map(RecordComponent::getType)
        .forEach(type -> assertThat(allowed).contains(type));
  }
}
