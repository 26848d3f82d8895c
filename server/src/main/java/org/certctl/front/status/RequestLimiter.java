package org.certctl.front.status;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts requests per source address.
///
/// A fixed window of one minute from the first request. The memory that it needs is bounded: of too
/// many sources, those seen least are forgotten, and may begin anew. Safe to use from many threads.
public final class RequestLimiter {

  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_SOURCES = 100_000;

  private final int maxRequests;
  private final Ticker ticker;
  private final Cache<String, Window> windows;

  /// The requests since some instant.
  private record Window(long beganNanos, AtomicInteger requests) {}

  /// @param maxRequestsPerMinute how many requests a source may send in a minute; 0 for no limit
  /// @param ticker nanoseconds that only grow
  public RequestLimiter(int maxRequestsPerMinute, Ticker ticker) {
    this.maxRequests = maxRequestsPerMinute;
    this.ticker = ticker;
    this.windows =
        Caffeine.newBuilder()
            .maximumSize(MAX_SOURCES)
            .expireAfterWrite(WINDOW)
            .ticker(ticker)
            .build();
  }

  /// Counts a request.
  ///
  /// @return how long the source has to wait, when this is one too many; at least a second
  Optional<Duration> count(String source) {
    if (maxRequests == 0) {
      return Optional.empty();
    }
    long now = ticker.read();
    Window window = windows.get(source, _ -> new Window(now, new AtomicInteger()));
    // Beyond the bound nothing is counted, so that the count cannot run over.
    int before = window.requests().getAndUpdate(count -> Math.min(count + 1, maxRequests));
    if (before < maxRequests) {
      return Optional.empty();
    }
    Duration left = WINDOW.minusNanos(now - window.beganNanos());
    return Optional.of(Duration.ofSeconds(Math.max(1, left.plusNanos(999_999_999).toSeconds())));
  }
}
