package io.dynamodblake.schema;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Finds how rows might be arranged: by the time that every item has and keeps, in partitions that
 * are not too small, and sorted by the keys.
 */
final class LayoutSuggester {
  /** Below that, more partitions make queries slower. */
  private static final long LEAST_PARTITION_BYTES = 100L << 20;

  private static final long BUCKET_BYTES = 256L << 20;
  private static final int MOST_BUCKETS = 256;

  /** Lines of JSON to Parquet, about. */
  private static final int SHRINKS_TO_ONE_OF = 10;

  /** Of times that move with every change; an item would move from partition to partition. */
  private static final Set<String> CHANGING =
      Set.of(
          "updated",
          "modified",
          "changed",
          "deleted",
          "last",
          "expires",
          "expiry",
          "expiration",
          "expire",
          "ttl",
          "until",
          "due",
          "seen",
          "login");

  /** Of times of which an item has one for good. */
  private static final Set<String> LASTING =
      Set.of("created", "creation", "placed", "ordered", "occurred", "event", "received", "logged");

  private LayoutSuggester() {}

  static Suggestions.Layout of(Profile profile, TableSchema schema, Optional<Instant> exported) {
    List<String> sortBy =
        schema.keys().stream()
            .flatMap(key -> schema.find(key.attribute()).stream())
            .map(Column::name)
            .toList();
    long bytes = profile.rawBytes() / SHRINKS_TO_ONE_OF;
    SortedMap<String, ValueProfile> attributes = profile.attributes();
    Column best = null;
    for (Column column : schema.columns()) {
      ValueProfile values = Unnested.seen(attributes, column.origin()).orElse(null);
      boolean everywhere =
          values != null
              && profile.items() > 0
              && values.count(column.mapping().descriptor()) == profile.items();
      if (everywhere
          && SchemaSuggester.span(column, values, exported).isPresent()
          && rank(column) < 2
          && (best == null || rank(column) < rank(best))) {
        best = column;
      }
    }
    if (best != null) {
      Map.Entry<Instant, Instant> span =
          SchemaSuggester.span(
                  best, Unnested.seen(attributes, best.origin()).orElseThrow(), exported)
              .orElseThrow();
      for (ChronoUnit unit : List.of(ChronoUnit.DAYS, ChronoUnit.MONTHS, ChronoUnit.YEARS)) {
        long partitions = partitions(unit, span);
        if (partitions > 1 && bytes / partitions >= LEAST_PARTITION_BYTES) {
          String word =
              switch (unit) {
                case DAYS -> "day";
                case MONTHS -> "month";
                default -> "year";
              };
          String field = "%s(%s)".formatted(word, best.name());
          return new Suggestions.Layout(Optional.of(field), partitions, sortBy);
        }
      }
      return new Suggestions.Layout(Optional.empty(), 0, sortBy);
    }
    long buckets = Math.min(MOST_BUCKETS, Long.highestOneBit(bytes / BUCKET_BYTES));
    return buckets < 2 || sortBy.isEmpty()
        ? new Suggestions.Layout(Optional.empty(), 0, sortBy)
        : new Suggestions.Layout(
            Optional.of("bucket(%s,%s)".formatted(buckets, sortBy.get(0))), buckets, sortBy);
  }

  /** 0 for times that are likely to last, 1 for others, 2 for those that change. */
  private static int rank(Column column) {
    List<String> words = TimeNames.words(SchemaSuggester.name(column));
    if (words.stream().anyMatch(CHANGING::contains)) {
      return 2;
    }
    return words.stream().anyMatch(LASTING::contains) ? 0 : 1;
  }

  private static long partitions(ChronoUnit unit, Map.Entry<Instant, Instant> span) {
    LocalDate first = LocalDate.ofInstant(span.getKey(), ZoneOffset.UTC);
    LocalDate last = LocalDate.ofInstant(span.getValue(), ZoneOffset.UTC);
    return switch (unit) {
      case DAYS -> ChronoUnit.DAYS.between(first, last) + 1;
      case MONTHS -> ChronoUnit.MONTHS.between(first.withDayOfMonth(1), last.withDayOfMonth(1)) + 1;
      default -> last.getYear() - first.getYear() + 1L;
    };
  }
}
