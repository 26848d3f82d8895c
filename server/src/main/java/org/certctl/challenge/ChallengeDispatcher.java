package org.certctl.challenge;

import java.util.List;
import java.util.function.Predicate;
import org.certctl.secret.Secret;

/// Chooses the one validator that judges a challenge, by what the challenge looks like.
///
/// The choice is final: a challenge that its validator refuses is offered to no other. A question
/// without a challenge goes to the last one.
public final class ChallengeDispatcher implements ChallengeValidator {

  /// A validator and the challenges that are its own.
  ///
  /// @param recognizes whether a challenge looks like one of its own; says nothing of its worth
  /// @param validator judges them
  public record Route(Predicate<Secret> recognizes, ChallengeValidator validator) {}

  private final List<Route> routes;
  private final ChallengeValidator otherwise;

  /// @param routes asked in this order
  /// @param otherwise judges what none of them recognizes
  public ChallengeDispatcher(List<Route> routes, ChallengeValidator otherwise) {
    this.routes = List.copyOf(routes);
    this.otherwise = otherwise;
  }

  @Override
  public ChallengeVerdict judge(ChallengeQuestion question) {
    return question
        .challenge()
        .flatMap(
            challenge ->
                routes.stream().filter(route -> route.recognizes().test(challenge)).findFirst())
        .map(Route::validator)
        .orElse(otherwise)
        .judge(question);
  }
}
