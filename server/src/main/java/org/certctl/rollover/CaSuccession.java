package org.certctl.rollover;

import java.time.Instant;
import java.util.ArrayList;
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
/// @param former those that issued before, or were given up and may have issued, the latest first
public record CaSuccession(int current, Optional<CaGeneration> next, List<Former> former) {

  /// One that issues no more.
  ///
  /// @param number its number
  /// @param replacedAt when the next one took its place, or it was given up
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
    List<Former> former = new ArrayList<>();
    for (CaGeneration generation : begun) {
      former.add(new Former(current, generation.activateAt().orElseThrow()));
      current = generation.number();
    }
    for (CaGeneration generation : all) {
      generation.cancelledAt().ifPresent(at -> former.add(new Former(generation.number(), at)));
    }
    former.sort(Comparator.comparing(Former::replacedAt).thenComparing(Former::number).reversed());
    Optional<CaGeneration> next =
        all.stream().filter(generation -> generation.isPending(now)).findFirst();
    return new CaSuccession(current, next, former);
  }

  /// The issuer's id of a generation: the configured one for the first, with the number for others,
  /// so that certificates, intents and CRLs of two CAs are never mixed.
  public static String issuerId(String configured, int number) {
    return number == CaGeneration.FIRST ? configured : configured + "-" + number;
  }

  /// Notes each switch whose time has come, with its audit event, exactly once whoever looks first.
  /// To be called when the CA that issues now can be used.
  ///
  /// @param all the generations as they are stored
  /// @param issuerId the configured id of the issuer
  public static void note(
      CaGenerations generations, List<CaGeneration> all, String issuerId, Instant now)
      throws StoreUnavailableException {
    for (CaGeneration generation : all) {
      if (generation.hasBegun(now) && generation.switchedAt().isEmpty()) {
        generations.noteSwitch(
            generation.number(), now, event(now, Actor.system(), "switched", issuerId, generation));
      }
    }
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
