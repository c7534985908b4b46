package io.dynamodblake.schema.entity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a file says of the kinds of items: an {@code entities.json}, or a model of NoSQL Workbench
 * with facets.
 *
 * @param notes what the user may want to know of how it was read, one sentence each; none for a
 *     file of ours
 */
public record EntityFile(EntityRules rules, List<String> notes) {
  public EntityFile {
    notes = List.copyOf(notes);
  }

  /**
   * Reads a file.
   *
   * @param table name of the DynamoDB table, by which a model of several tables is searched; any
   *     text if it is not known
   * @throws io.dynamodblake.schema.DataRefusedException if it is neither, or contradicts itself;
   *     the message names the place and the way out
   */
  public static EntityFile read(String text, String table) {
    JsonNode tree = EntityRulesReader.tree(text);
    return tree.has(WorkbenchModel.TABLES)
        ? WorkbenchModel.read(tree, table)
        : new EntityFile(EntityRulesReader.read(tree), List.of());
  }
}
