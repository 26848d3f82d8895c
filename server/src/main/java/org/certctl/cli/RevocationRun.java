package org.certctl.cli;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.CertificateSearch;
import org.certctl.pki.Names;
import org.certctl.pki.Revocation;
import org.certctl.pki.Sha256;
import org.certctl.status.RevocationOrder;
import org.certctl.status.RevocationOutcome;

/// Carries one order out for the certificates that an operator has chosen, and says for each what
/// came of it. Each certificate is a transaction of its own: a run that was broken off can be
/// repeated.
final class RevocationRun {

  private static final int PAGE = 500;

  private final CommandContext context;
  private final WritableRecords records;
  private final RevocationOrder order;
  private final boolean dryRun;
  private int changed;
  private int unchanged;
  private int refused;

  RevocationRun(
      CommandContext context, WritableRecords records, RevocationOrder order, boolean dryRun) {
    this.context = context;
    this.records = records;
    this.order = order;
    this.dryRun = dryRun;
  }

  /// For these serial numbers. All are looked up before anything is changed, so that a mistyped one
  /// does not leave half of the work done.
  void applyTo(List<String> serialNumbers)
      throws CommandFailedException, StoreUnavailableException {
    List<CertificateInventory.Entry> chosen = new ArrayList<>();
    for (String serialNumber : serialNumbers) {
      chosen.add(find(serialNumber));
    }
    for (CertificateInventory.Entry entry : chosen) {
      apply(entry);
    }
  }

  /// For all certificates that the search finds and that have not expired.
  void applyTo(CertificateSearch search) throws StoreUnavailableException {
    Instant now = context.clock().instant();
    Optional<CertificateSearch.Cursor> after = Optional.empty();
    do {
      CertificateSearch.Page page = records.certificates().search(search, after, PAGE);
      after = page.next();
      for (CertificateInventory.Entry entry : page.entries()) {
        if (!entry.certificate().notAfter().isBefore(now)) {
          apply(entry);
        }
      }
    } while (after.isPresent());
  }

  /// For this certificate and all that came of it by renewal, as far as they have not expired. Each
  /// is changed before it is asked who renewed it, because what is revoked renews no more.
  void applyToLine(String serialNumber) throws CommandFailedException, StoreUnavailableException {
    Instant now = context.clock().instant();
    Deque<CertificateInventory.Entry> open = new ArrayDeque<>(List.of(find(serialNumber)));
    Set<Sha256> seen = new HashSet<>();
    while (!open.isEmpty()) {
      CertificateInventory.Entry entry = open.removeFirst();
      Sha256 fingerprint = entry.certificate().fingerprint();
      if (seen.add(fingerprint)) {
        if (!entry.certificate().notAfter().isBefore(now)) {
          apply(entry);
        }
        open.addAll(records.certificates().successors(fingerprint));
      }
    }
  }

  private CertificateInventory.Entry find(String serialNumber)
      throws CommandFailedException, StoreUnavailableException {
    List<CertificateInventory.Entry> found =
        new CertificateChoice(records.certificates()).find(serialNumber);
    if (found.size() > 1) {
      throw new CommandFailedException(
          serialNumber + " was given out by more than one issuer; that is for their own tools");
    }
    return found.getFirst();
  }

  private void apply(CertificateInventory.Entry entry) throws StoreUnavailableException {
    RevocationOutcome outcome =
        dryRun
            ? order.decide(entry.revocation())
            : records
                .revocations()
                .apply(entry.issuerId(), entry.certificate().serialNumber(), order);
    switch (outcome) {
      case RevocationOutcome.Changed now -> {
        changed++;
        tell(
            entry,
            (dryRun ? "would be " : "") + now.state().map(Revocation::state).orElse("released"));
      }
      case RevocationOutcome.Unchanged before -> {
        unchanged++;
        tell(entry, before.state().map(RevocationRun::already).orElse("is not on hold"));
      }
      case RevocationOutcome.Refused no -> {
        refused++;
        tell(entry, "refused: " + no.explanation());
      }
      case RevocationOutcome.UnknownCertificate() -> {
        refused++;
        tell(entry, "refused: it is not in the inventory");
      }
    }
  }

  private static String already(Revocation known) {
    return "already %s since %s (%s)"
        .formatted(known.state(), known.at(), known.reason().wireValue());
  }

  private void tell(CertificateInventory.Entry entry, String what) {
    context
        .out()
        .printf(
            "%s  %s  %s%n",
            entry.certificate().serialNumber().hex(),
            Names.printable(entry.certificate().subjectText()),
            what);
  }

  /// Sums up, when there is more than one to sum up, and says what the shell is told.
  int end() {
    if (changed + unchanged + refused != 1) {
      context
          .out()
          .printf(
              "%d %s, %d as they were, %d refused%n",
              changed, dryRun ? "would change" : "changed", unchanged, refused);
    }
    return refused == 0 ? ExitCode.OK : ExitCode.FAILURE;
  }
}
