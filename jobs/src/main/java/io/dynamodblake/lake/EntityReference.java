package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import java.util.Optional;

/**
 * {@code current.json} in the folder of a table that is published together with others: it says
 * that the pointer in the folder above counts, and never changes. So the table is never more
 * current, nor less, than the others.
 *
 * @param entity name of the table, as the pointer has it
 */
public record EntityReference(String entity) {
  private static final Envelope ENVELOPE = new Envelope("entity-reference", 1);
  private static final String ABOVE = "..";

  /** Returns the document. */
  public String toJson() {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("lake", ABOVE);
    tree.put("entity", entity);
    return JsonDocuments.print(tree);
  }

  /** Reads {@link #toJson()} back; empty if the text is another document. */
  static Optional<EntityReference> fromJson(String json) {
    return JsonDocuments.parseObject(json)
        .filter(ENVELOPE::isOf)
        .filter(tree -> !ENVELOPE.isOlderThan(tree))
        .flatMap(tree -> JsonDocuments.text(tree, "entity"))
        .map(EntityReference::new);
  }
}
