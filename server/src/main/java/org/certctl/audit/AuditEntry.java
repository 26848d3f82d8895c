package org.certctl.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// An audit event in flat form: what is encoded, kept, searched and shown.
///
/// Texts are never absent; what does not apply is the empty text. Times have whole milliseconds.
///
/// @param sequence its place in the trail, from 1 without gaps; 0 before it was appended
/// @param at when it happened, by the server's clock
/// @param category `cert_lifecycle`, `auth` or `system`
/// @param action what was done, a stable code such as `scep_pkcsreq`
/// @param actor who did it: a user's name, or a stable code such as `scep-client`
/// @param actorType `system` or `user`
/// @param resourceType what it was done to, a stable code such as `certificate`
/// @param resourceId which one: the serial number in hexadecimal, the challenge's id; empty when
///   there is none
/// @param outcome what came of it, a stable code such as `issued`
/// @param reason the stable code of a failure, empty otherwise
/// @param endpoint the endpoint's name
/// @param transactionId the transaction as text
/// @param details everything else, in order
public record AuditEntry(
    long sequence,
    Instant at,
    String category,
    String action,
    String actor,
    String actorType,
    String resourceType,
    String resourceId,
    String outcome,
    String reason,
    String endpoint,
    String transactionId,
    SequencedMap<String, String> details) {

  /// Keeps its own copy of the details and cuts the time to milliseconds.
  public AuditEntry {
    at = at.truncatedTo(ChronoUnit.MILLIS);
    details = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(details));
  }

  /// The event in flat form, not yet placed in the trail.
  public static AuditEntry of(AuditEvent event) {
    return AuditCatalogue.entry(event);
  }

  /// The same entry at this place in the trail.
  public AuditEntry placed(long place) {
    return with(place, details);
  }

  /// The same entry without its details: what a store keeps in columns of their own.
  public AuditEntry withoutDetails() {
    return with(sequence, Collections.emptySortedMap());
  }

  private AuditEntry with(long place, SequencedMap<String, String> otherDetails) {
    return new AuditEntry(
        place,
        at,
        category,
        action,
        actor,
        actorType,
        resourceType,
        resourceId,
        outcome,
        reason,
        endpoint,
        transactionId,
        otherDetails);
  }
}
