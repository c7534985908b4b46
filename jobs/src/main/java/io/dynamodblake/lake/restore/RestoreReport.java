package io.dynamodblake.lake.restore;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.spark.write.ImportLayout;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The account of one restore: what was read, what was found, what was written. Holds counts, names
 * and paths, never values of items. The JSON form is described in {@code docs/restore.md}.
 *
 * @param runId time of the start and a random part
 * @param path what was read
 * @param input what that is, in words
 * @param columns attribute, descriptor and type of each column, where the data has not brought them
 *     along
 * @param where the condition that the user gave
 * @param wholeness whether what was read is all of the table that it comes from
 * @param allRows rows without the condition, as the files themselves say; empty if they do not
 * @param rows rows that were read
 * @param keys key attributes, such as {@code pk:S}
 * @param losses columns that do not come back as they were, and why; only with {@code --allow-loss}
 * @param findings what kept the rows from being items; empty if they all are
 * @param quarantined rows that were set aside, and are no items of the import files
 * @param quarantine folder with those rows; empty if there are none
 * @param fingerprint of what was read and how it is to be written; the same for the same files
 * @param data folder of the import files
 * @param items lines counted in the written files
 * @param table name of the table that the request makes
 * @param settings where what describes the table was found, and what of it no import makes; empty
 *     if it was not kept
 * @param importFrom where on S3 the request looks for the data files; empty if it does not name a
 *     bucket yet
 * @param request path of the ImportTable request; empty until all is written
 * @param error why the run failed; empty otherwise
 */
public record RestoreReport(
    String runId,
    Status status,
    String path,
    String input,
    List<String> columns,
    Optional<String> where,
    Wholeness wholeness,
    OptionalLong allRows,
    long rows,
    List<String> keys,
    List<String> losses,
    List<String> findings,
    long quarantined,
    Optional<String> quarantine,
    String fingerprint,
    String data,
    String format,
    String compression,
    int files,
    long bytes,
    long items,
    String table,
    List<String> settings,
    Optional<String> importFrom,
    Optional<String> request,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<String> error) {
  private static final Envelope ENVELOPE = ImportLayout.RESTORE_REPORT_ENVELOPE;
  private static final String COMMAND = "restore";

  /** How far a restore came. */
  public enum Status {
    /** Written when a run begins; still there afterwards if its process was killed. */
    RUNNING,
    /** All is written and counted. */
    DONE,
    /** An earlier run has written the same; nothing was done. Never kept in the folder. */
    UNCHANGED,
    /** The data files, if there are any, are not to be importFrom. */
    FAILED,
    /** The same, because the run was told to stop, as by Ctrl-C. */
    STOPPED;

    /** Returns the word in the JSON form. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public RestoreReport {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
    losses = List.copyOf(losses);
    findings = List.copyOf(findings);
    settings = List.copyOf(settings);
  }

  /** Returns the document beside the data files. */
  public String toJson() {
    ObjectNode tree =
        ENVELOPE.begin(
            new Envelope.Run(runId, COMMAND, status.key(), error, startedAt, finishedAt));
    tree.put("fingerprint", fingerprint);
    ObjectNode read = tree.putObject("input");
    read.put("path", path);
    read.put("name", input);
    if (!columns.isEmpty()) {
      texts(read.putArray("columns"), columns);
    }
    JsonDocuments.put(read, "where", where);
    texts(read.putArray("gaps"), wholeness.gaps());
    texts(read.putArray("doubts"), wholeness.doubts());
    JsonDocuments.put(read, "exportArn", wholeness.exportArn());
    allRows.ifPresent(all -> read.put("allRows", all));
    read.put("rows", rows);
    texts(read.putArray("keys"), keys);
    ObjectNode checks = tree.putObject("checks");
    texts(checks.putArray("losses"), losses);
    texts(checks.putArray("findings"), findings);
    checks.put("quarantined", quarantined);
    ObjectNode output = tree.putObject("output");
    output.put("data", data);
    output.put("format", this.format);
    output.put("compression", compression);
    output.put("files", files);
    output.put("bytes", bytes);
    output.put("items", items);
    JsonDocuments.put(output, "quarantine", quarantine);
    output.put("table", table);
    if (!settings.isEmpty()) {
      texts(output.putArray("settings"), settings);
    }
    JsonDocuments.put(output, "importFrom", importFrom);
    JsonDocuments.put(output, "request", request);
    return JsonDocuments.print(tree);
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
