package org.certctl.rollover;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;

/// Which generation of the CA issues, at one instant.
///
/// A function of what is stored and of the clock alone: so a restart, a second node or a crash
/// while the switch is due see the same, and nothing is ever half switched.
///
/// @param current the number of the one that issues
/// @param next the one that waits to take its place
/// @param former those that issued before, the latest first
public record CaSuccession(int current, Optional<CaGeneration> next, List<Former> former) {

  /// One that issues no more.
  ///
  /// @param number its number
  /// @param replacedAt when the next one took its place
  public record Former(int number, Instant replacedAt) {}

  /// Takes a copy of the list.
  public CaSuccession {
    former = List.copyOf(former);
  }

  /// The succession at an instant.
  public static CaSuccession at(Instant now, List<CaGeneration> all) {
    List<CaGeneration> begun =
        all.stream()
            .filter(generation -> generation.hasBegun(now))
            .sorted(Comparator.comparingInt(CaGeneration::number))
            .toList();
    int current = CaGeneration.FIRST;
    List<Former> former = new java.util.ArrayList<>();
    for (CaGeneration generation : begun) {
      former.addFirst(new Former(current, generation.activateAt().orElseThrow()));
      current = generation.number();
    }
    Optional<CaGeneration> next =
        all.stream().filter(generation -> generation.isPending(now)).findFirst();
    return new CaSuccession(current, next, former);
  }

  /// The issuer's id of a generation: the configured one for the first, with the number for others,
  /// so that certificates, intents and CRLs of two CAs are never mixed.
  public static String issuerId(String configured, int number) {
    return number == CaGeneration.FIRST ? configured : configured + "-" + number;
  }

  /// The succession now; a switch whose time has come is noted, with its audit event, exactly once
  /// whoever looks first.
  ///
  /// @param issuerId the configured id of the issuer
  public static CaSuccession settled(CaGenerations generations, String issuerId, Instant now)
      throws StoreUnavailableException {
    List<CaGeneration> all = generations.all();
    for (CaGeneration generation : all) {
      if (generation.hasBegun(now) && generation.switchedAt().isEmpty()) {
        generations.noteSwitch(
            generation.number(), now, event(now, Actor.system(), "switched", issuerId, generation));
      }
    }
    return at(now, all);
  }

  /// What the audit trail says of a generation.
  ///
  /// @param step `prepared`, `scheduled`, `switched` or `cancelled`
  public static AuditEvent.CaRollover event(
      Instant now, Actor actor, String step, String issuerId, CaGeneration generation) {
    return new AuditEvent.CaRollover(
        now,
        actor,
        step,
        issuerId(issuerId, generation.number()),
        generation.subject(),
        generation.fingerprint().hex(),
        generation.activateAt().map(Instant::toString).orElse(""));
  }
}
