package io.dynamodblake.spark.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The account of one write of {@code dynamodb-import}, kept beside the data files: counts, names
 * and paths, never values.
 *
 * @param runId time of the start and a random part
 * @param keys key attributes, such as {@code pk:S}; empty if they are not known
 * @param losses columns that are not as they were in their table, which was allowed
 * @param findings what kept rows from being items
 * @param bytes of the files as they are stored
 * @param request path of the ImportTable request; empty if there is none
 */
record ImportReport(
    String runId,
    Status status,
    List<String> keys,
    List<String> losses,
    List<String> findings,
    String data,
    ImportFormat format,
    ImportCompression compression,
    long rows,
    int files,
    long bytes,
    Optional<String> request,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<String> error) {
  static final Envelope ENVELOPE = ImportLayout.WRITE_REPORT_ENVELOPE;
  private static final String COMMAND = "dynamodb-import";

  /** How far a write came. */
  enum Status {
    /** Written first; still there if the process was killed. */
    RUNNING,
    DONE,
    FAILED,
    /** The same, because the run was told to stop, as by an interrupt in a notebook. */
    STOPPED;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  String toJson() {
    ObjectNode tree =
        ENVELOPE.begin(
            new Envelope.Run(runId, COMMAND, status.key(), error, startedAt, finishedAt));
    texts(tree.putArray("keys"), keys);
    ObjectNode checks = tree.putObject("checks");
    checks.put("sameKeys", keys.isEmpty() ? "not checked: keys are not known" : "checked");
    texts(checks.putArray("losses"), losses);
    texts(checks.putArray("findings"), findings);
    ObjectNode output = tree.putObject("output");
    output.put("data", data);
    output.put("format", format.key());
    output.put("compression", compression.key());
    output.put("items", status == Status.DONE ? rows : 0);
    output.put("files", files);
    output.put("bytes", bytes);
    JsonDocuments.put(output, "request", request);
    return JsonDocuments.print(tree);
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
