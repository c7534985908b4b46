package io.dynamodblake.ml;

import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** What a training set is to be made of, and how. */
public record TrainingOptions(
    Source source, Labels labels, Columns columns, SplitRule split, Output output) {
  /** How messages write options; nobody else has these. */
  static final Words WORDS = Words.ofCommand("training-set");

  /** What a label is. */
  public enum LabelKind {
    /** Found by its type and values. */
    AUTO,
    /** One of some classes. */
    CLASS,
    /** A number. */
    NUMBER;

    /** Returns the word of the option and of documents. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is written. */
  public enum Format {
    /** Plain columns. */
    PARQUET("parquet"),
    /** As the built-in algorithms of SageMaker take it. */
    SAGEMAKER_CSV("sagemaker-csv");

    private final String key;

    Format(String key) {
      this.key = key;
    }

    /** Returns the word of the option and of documents. */
    public String key() {
      return key;
    }

    /** Returns the format of a word. */
    public static Format ofKey(String key) {
      return Arrays.stream(values())
          .filter(format -> format.key.equals(key))
          .findFirst()
          .orElseThrow();
    }
  }

  /**
   * Where features come from.
   *
   * @param folder of the lake table
   * @param history whether from its history
   * @param snapshot id of one; empty for the current one
   * @param timeColumn by which time rows hold, or are split
   * @param knownByLake whether a row is known since the lake has it, rather than since the table
   *     has
   * @param maxAge older features are null
   * @param where the condition that items have to meet
   */
  public record Source(
      String folder,
      boolean history,
      Optional<String> snapshot,
      Optional<String> timeColumn,
      boolean knownByLake,
      Optional<Duration> maxAge,
      Optional<String> where) {}

  /**
   * What is predicted.
   *
   * @param column with the label
   * @param place labels from elsewhere; empty if they are in the items
   * @param time column of the moment of labels from elsewhere
   * @param asOf moments for which items become rows
   * @param horizon how long after those the label is read
   */
  public record Labels(
      String column,
      LabelKind kind,
      Optional<String> place,
      String time,
      List<Instant> asOf,
      Optional<Duration> horizon) {
    public Labels {
      asOf = asOf.stream().sorted().distinct().toList();
    }
  }

  /**
   * What rows are made of.
   *
   * @param features exactly these; empty for all that are usable
   * @param exclude features, or columns of such, that are left out
   * @param mapKeys keys of open maps that become features, each as column.key
   * @param carried columns that are neither label nor feature
   * @param group columns whose rows stay together; empty for the partition key
   * @param maxCategories most entries of a vocabulary
   */
  public record Columns(
      List<String> features,
      List<String> exclude,
      List<String> mapKeys,
      List<String> carried,
      List<String> group,
      int maxCategories) {
    public Columns {
      features = List.copyOf(features);
      exclude = List.copyOf(exclude);
      mapKeys = List.copyOf(mapKeys);
      carried = List.copyOf(carried);
      group = List.copyOf(group);
    }
  }

  /**
   * What is written where.
   *
   * @param encoded whether values are written as the encodings make them; CSV always is
   * @param replace whether a finished training set may be replaced
   */
  public record Output(
      String to, Format format, boolean encoded, long rowsPerFile, boolean replace) {
    public Output {
      Objects.requireNonNull(to, "to is null");
      encoded = encoded || format == Format.SAGEMAKER_CSV;
    }
  }

  public TrainingOptions {
    checkAsOf(source, labels);
    if (output.format() == Format.SAGEMAKER_CSV && !columns.carried().isEmpty()) {
      throw new UsageException(
          "Cannot use %s with %s, which has room for the label and features alone; leave it out"
              .formatted(
                  WORDS.of(TrainingKeys.CARRY),
                  WORDS.of(TrainingKeys.FORMAT, output.format().key())));
    }
    boolean plain = !source.history();
    if (plain && source.knownByLake()) {
      throw onlyHistory(WORDS.of(TrainingKeys.KNOWN, "lake"));
    }
    if (plain && source.maxAge().isPresent()) {
      throw onlyHistory(WORDS.of(TrainingKeys.MAX_AGE));
    }
    if (source.history() && source.snapshot().isPresent()) {
      throw new UsageException(
          "Cannot choose a snapshot of the history: there is one for all; leave the snapshot out");
    }
    if (labels.place().isPresent() && source.where().isPresent()) {
      throw new UsageException(
          "Cannot use %s with %s: those rows are the training set; filter them where they are made"
              .formatted(WORDS.of(TrainingKeys.WHERE), WORDS.of(TrainingKeys.LABELS)));
    }
  }

  private static void checkAsOf(Source source, Labels labels) {
    if (labels.asOf().isEmpty()) {
      if (labels.horizon().isPresent()) {
        throw new UsageException(
            "Cannot use %s alone: it is counted from %s; give that, too"
                .formatted(WORDS.of(TrainingKeys.HORIZON), WORDS.of(TrainingKeys.AS_OF)));
      }
      return;
    }
    if (!source.history()) {
      throw onlyHistory(WORDS.of(TrainingKeys.AS_OF));
    }
    if (labels.place().isPresent()) {
      throw new UsageException(
          "Cannot use %s with %s: those have times of their own; leave one of them out"
              .formatted(WORDS.of(TrainingKeys.AS_OF), WORDS.of(TrainingKeys.LABELS)));
    }
    if (labels.horizon().filter(span -> !span.isZero()).isEmpty()) {
      throw new UsageException(
          "Cannot use %s: label and features would be of the same moment; say with %s how long after it the label is read"
              .formatted(WORDS.of(TrainingKeys.AS_OF), WORDS.of(TrainingKeys.HORIZON)));
    }
  }

  private static UsageException onlyHistory(String option) {
    return new UsageException(
        "Cannot use %s with a snapshot, which is one moment; give %s"
            .formatted(option, WORDS.of(TrainingKeys.FROM, "history")));
  }
}
