package io.dynamodblake.ml;

import java.util.List;

/**
 * What came of a training set, for people. Holds counts, names and paths, never values.
 *
 * @param root its folder
 * @param table the lake table
 * @param manifest the document {@code manifest.json}
 * @param rule how label and features go together in time
 * @param splitRule how rows were split
 * @param splits those that it has
 * @param labelled rows with a label
 * @param leftOut how many of them are in no split, or why rows are none, in words
 * @param features how many there are
 * @param unused places that are no features, each with the reason
 * @param greatestError by how much of itself an exact number changed as it became a double
 * @param warnings what should make somebody think
 */
public record TrainingReport(
    String root,
    String table,
    String manifest,
    String label,
    String rule,
    String splitRule,
    List<Split> splits,
    long labelled,
    List<String> leftOut,
    int features,
    List<String> unused,
    double greatestError,
    List<String> warnings,
    int files,
    long bytes) {

  /** A split and what it has. */
  public record Split(String name, long rows, long groups) {}

  public TrainingReport {
    splits = List.copyOf(splits);
    leftOut = List.copyOf(leftOut);
    unused = List.copyOf(unused);
    warnings = List.copyOf(warnings);
  }

  /** Returns how many rows were written. */
  public long rows() {
    return splits.stream().mapToLong(Split::rows).sum();
  }
}
