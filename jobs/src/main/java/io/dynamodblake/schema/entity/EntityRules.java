package io.dynamodblake.schema.entity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How the items of one DynamoDB table are told apart. An item is of the first entity of which a
 * match fits, and of the remainder if none does; so each item is of exactly one.
 *
 * <p>It is what {@code entities.json} says; {@link EntityFile} reads that from outside.
 *
 * @param keys names of the table's key attributes, which patterns may speak of; may be empty if
 *     there are none
 * @param entities in the order in which they are tried, with names that differ
 * @param remainder name of the table of all other items, which no entity has
 */
public record EntityRules(List<String> keys, List<Entity> entities, String remainder)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What the remainder is called where nobody says otherwise. */
  public static final String REMAINDER = "other";

  public EntityRules {
    Objects.requireNonNull(remainder, "remainder is null");
    keys = List.copyOf(keys);
    entities = List.copyOf(entities);
  }

  /** Returns the number that stands for the remainder: that behind the last entity. */
  public int remainderIndex() {
    return entities.size();
  }

  /** Returns the names of all tables, by the numbers of the entities, the remainder last. */
  public List<String> tables() {
    List<String> tables = new ArrayList<>();
    entities.forEach(entity -> tables.add(entity.name()));
    tables.add(remainder);
    return tables;
  }

  /** Writes the document, with the end of a line behind it; equal rules become equal texts. */
  public String toJson() {
    return EntityRulesWriter.write(this);
  }

  /**
   * Reads {@link #toJson()} back, or what a person has made of it.
   *
   * @throws io.dynamodblake.schema.DataRefusedException if it is no such document or contradicts
   *     itself; the message names the place and the way out
   */
  public static EntityRules fromJson(String json) {
    return EntityRulesReader.read(json);
  }

  private Object writeReplace() {
    return new Serialized(toJson());
  }

  private record Serialized(String json) implements Serializable {
    private static final long serialVersionUID = 1L;

    private Object readResolve() {
      return fromJson(json);
    }
  }
}
