package io.dynamodblake.schema.entity;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Kinds of items that a table seems to have, and rules that tell them apart.
 *
 * @param rules as {@code entities.json} says them; without any entity if the table has no kinds
 *     that differ
 * @param marker the attribute by which items are told apart; empty if it is their keys alone
 * @param entities what the rules make of the items, most items first, the remainder last; empty if
 *     there are no entities
 * @param items how many items were seen
 * @param similarity how alike all items are, 0 to 1: of the attributes that two of them have
 *     between them, how many both have, over all pairs
 * @param similarityWithin the same within the entities, on average over the items
 * @param softDeleted how many items have {@code _deleted} set to true
 * @param expired how many items have a moment in a TTL attribute that is over
 * @param ttlAttributes those by which items were taken for expired
 * @param notes what the user may want to know, one sentence each
 */
public record EntityProposal(
    EntityRules rules,
    Optional<String> marker,
    List<Kind> entities,
    long items,
    double similarity,
    double similarityWithin,
    long softDeleted,
    long expired,
    List<String> ttlAttributes,
    List<String> notes) {
  public EntityProposal {
    entities = List.copyOf(entities);
    ttlAttributes = List.copyOf(ttlAttributes);
    notes = List.copyOf(notes);
  }

  /**
   * The items of one entity, or of the remainder.
   *
   * @param name of its table
   * @param items how many there are
   * @param similarity as that of the whole
   * @param attributes how many of its items have which, most first
   */
  public record Kind(
      String name,
      long items,
      double similarity,
      Map<String, Long> attributes,
      long softDeleted,
      long expired) {}

  /** Returns whether there are kinds of items to take apart. */
  public boolean hasEntities() {
    return !rules.entities().isEmpty();
  }

  /** Returns the rule of an entity; empty for the remainder. */
  public Optional<Entity> rule(Kind kind) {
    return rules.entities().stream().filter(each -> each.name().equals(kind.name())).findFirst();
  }
}
