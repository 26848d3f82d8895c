package org.certctl.challenge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts wrong challenges per source address, so that guessing is slow (CH-7).
///
/// A fixed window of one minute from the first failure. Successes are never counted, so a fleet
/// behind one address is not throttled by its size. Safe to use from many threads.
public final class FailureLimiter {

  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_SOURCES = 100_000;

  private final int maxFailures;
  private final Cache<String, AtomicInteger> failures;

  /// @param maxFailuresPerMinute how many failures a source may have in a minute; 0 counts nothing
  /// @param ticker nanoseconds that only grow
  public FailureLimiter(int maxFailuresPerMinute, Ticker ticker) {
    this.maxFailures = maxFailuresPerMinute;
    this.failures =
        Caffeine.newBuilder()
            .maximumSize(MAX_SOURCES)
            .expireAfterWrite(WINDOW)
            .ticker(ticker)
            .build();
  }

  /// Whether the source has used up its failures; its challenges must then be refused unseen.
  public boolean blocks(String source) {
    if (maxFailures == 0) {
      return false;
    }
    AtomicInteger count = failures.getIfPresent(source);
    return count != null && count.get() >= maxFailures;
  }

  /// Counts a wrong challenge from the source.
  public void failed(String source) {
    if (maxFailures > 0) {
      failures.get(source, _ -> new AtomicInteger()).incrementAndGet();
    }
  }
}
