package io.dynamodblake.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * How each JSON document of ours begins: with what it is and in which version, and, where it is the
 * account of a run, with which run that is and how far it came, under the same names everywhere.
 * {@code docs/documents.md} describes all of them.
 *
 * @param kind what the document is, such as {@code run-report}
 * @param version of its keys: it changes where a key gets another name or another meaning, and not
 *     where one is added
 */
public record Envelope(String kind, int version) {
  private static final String FORMAT = "format";
  private static final String FORMAT_VERSION = "formatVersion";
  private static final String PROGRAM = "dynamodb-lake/";

  /**
   * A run, as it begins the account of itself.
   *
   * @param id as {@link RunId} makes it
   * @param command what the user ran, such as {@code flatten}
   * @param status how far it came, in a word such as {@code running}
   * @param error why it failed; empty otherwise
   * @param finishedAt empty while it lasts
   */
  public record Run(
      String id,
      String command,
      String status,
      Optional<String> error,
      Instant startedAt,
      Optional<Instant> finishedAt) {}

  /** Returns the word by which a document says what it is. */
  public String format() {
    return PROGRAM + kind;
  }

  /** Returns a new document, with the keys that say what it is. */
  public ObjectNode begin() {
    ObjectNode tree = JsonDocuments.object();
    tree.put(FORMAT, format());
    tree.put(FORMAT_VERSION, version);
    return tree;
  }

  /** Returns a new document, with the keys that say what it is and which run it tells of. */
  public ObjectNode begin(Run run) {
    ObjectNode tree = begin();
    tree.put("runId", run.id());
    tree.put("command", run.command());
    tree.put("status", run.status());
    JsonDocuments.put(tree, "error", run.error());
    tree.put("startedAt", run.startedAt().toString());
    JsonDocuments.putInstant(tree, "finishedAt", run.finishedAt());
    return tree;
  }

  /** Whether a document is of this kind, in whatever version. */
  public boolean isOf(JsonNode document) {
    return JsonDocuments.text(document, FORMAT).equals(Optional.of(format()));
  }

  /** Whether a document was written by a later version of this program, which may mean more. */
  public boolean isOlderThan(JsonNode document) {
    return document.path(FORMAT_VERSION).asInt() > version;
  }
}
