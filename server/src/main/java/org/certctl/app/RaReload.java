package org.certctl.app;

import java.util.List;
import java.util.stream.Collectors;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.config.Problem;
import org.certctl.pki.Names;

/// Reads the RA certificates and keys again that the operator supplies. Those that the CA makes
/// renew themselves and are no part of a reload.
final class RaReload {

  private static final String KIND = "ra";

  private final EndpointKeeping keeping;

  RaReload(EndpointKeeping keeping) {
    this.keeping = keeping;
  }

  /// Reads them; each is judged on its own.
  List<ReloadedPart> reload() {
    return keeping.reloadRas().stream().map(RaReload::part).toList();
  }

  static ReloadedPart part(SuppliedRas.Reloaded reloaded) {
    String inForce =
        Names.text(reloaded.inForce().getSubject())
            + " until "
            + reloaded.inForce().getNotAfter().toInstant();
    if (reloaded.refused()) {
      String reasons =
          reloaded.problems().stream()
              .filter(Problem::isError)
              .map(Problem::reason)
              .collect(Collectors.joining("; "));
      return part(reloaded, Outcome.KEPT, reasons + "; still used: " + inForce);
    }
    String warnings =
        reloaded.problems().stream()
            .map(problem -> "; " + problem.reason())
            .collect(Collectors.joining());
    return part(
        reloaded, reloaded.replaced() ? Outcome.CHANGED : Outcome.UNCHANGED, inForce + warnings);
  }

  private static ReloadedPart part(SuppliedRas.Reloaded reloaded, Outcome outcome, String text) {
    return new ReloadedPart(KIND, reloaded.endpoint(), outcome, text);
  }
}
