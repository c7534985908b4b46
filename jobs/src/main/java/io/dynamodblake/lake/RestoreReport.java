package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.spark.write.JsonDocuments;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The account of one restore: what was read, what was found, what was written. Holds counts, names
 * and paths, never values of items. The JSON form is described in {@code docs/restore.md}.
 *
 * @param lake folder of the lake table
 * @param rows rows of the snapshot, by its files' footers
 * @param keys key attributes, such as {@code pk:S}
 * @param losses columns that do not come back as they were, and why; only with {@code --allow-loss}
 * @param findings what kept the rows from being items; empty if they all are
 * @param data folder of the import files
 * @param items lines counted in the written files
 * @param request path of the ImportTable request; empty until all is written
 * @param error why the run failed; empty otherwise
 */
public record RestoreReport(
    Status status,
    String lake,
    String snapshotId,
    long rows,
    List<String> keys,
    List<String> losses,
    List<String> findings,
    String data,
    String format,
    String compression,
    int files,
    long bytes,
    long items,
    Optional<String> request,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<String> error) {
  static final String FORMAT = "dynamodb-lake/restore-report";
  static final int FORMAT_VERSION = 1;

  /** How far a restore came. */
  public enum Status {
    /** Written when a run begins; still there afterwards if its process was killed. */
    RUNNING,
    /** All is written and counted. */
    DONE,
    /** The data files, if there are any, are not to be imported. */
    FAILED;

    /** The word in the JSON form. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public RestoreReport {
    keys = List.copyOf(keys);
    losses = List.copyOf(losses);
    findings = List.copyOf(findings);
  }

  /** The document beside the data files. */
  public String toJson() {
    ObjectNode tree = JsonDocuments.object();
    tree.put("format", FORMAT);
    tree.put("formatVersion", FORMAT_VERSION);
    tree.put("status", status.key());
    JsonDocuments.put(tree, "error", error);
    tree.put("startedAt", startedAt.toString());
    JsonDocuments.putInstant(tree, "finishedAt", finishedAt);
    ObjectNode input = tree.putObject("input");
    input.put("lake", lake);
    input.put("snapshotId", snapshotId);
    input.put("rows", rows);
    texts(input.putArray("keys"), keys);
    ObjectNode checks = tree.putObject("checks");
    texts(checks.putArray("losses"), losses);
    texts(checks.putArray("findings"), findings);
    ObjectNode output = tree.putObject("output");
    output.put("data", data);
    output.put("format", this.format);
    output.put("compression", compression);
    output.put("files", files);
    output.put("bytes", bytes);
    output.put("items", items);
    JsonDocuments.put(output, "request", request);
    return JsonDocuments.print(tree);
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
