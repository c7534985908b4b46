package io.dynamodblake.schema.entity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An entity while it is being found. */
final class EntityDraft {
  private static final int MOST_SHAPES = 20;

  private final List<String> names; // the best first
  private final Set<String> markerValues = new LinkedHashSet<>();
  private final Set<KeyShape> ownShapes = new LinkedHashSet<>();
  private final Set<KeyShape> sharedShapes = new LinkedHashSet<>();
  private long items;

  EntityDraft(List<String> names) {
    this.names = names;
  }

  List<String> names() {
    return names;
  }

  /** What tells it from others that have as many items. */
  String text() {
    return names + " " + ownShapes;
  }

  long items() {
    return items;
  }

  void addItems(long count) {
    items += count;
  }

  void addMarkerValue(String value) {
    markerValues.add(value);
  }

  /** Adds a shape that no other entity has. */
  void addOwn(KeyShape shape) {
    ownShapes.add(shape);
  }

  /** Adds a shape that other entities have, too, so that only the marker tells. */
  void addShared(KeyShape shape) {
    sharedShapes.add(shape);
  }

  /**
   * The ways to tell that an item is of this kind.
   *
   * @param marker the attribute that tells it; empty if keys do alone
   */
  List<EntityMatch> matches(Optional<String> marker, List<String> keys) {
    List<EntityMatch> matches = new ArrayList<>();
    if (!markerValues.isEmpty()) {
      List<String> values = List.copyOf(markerValues);
      matches.add(EntityMatch.ofMarker(marker.orElseThrow(), values));
      for (KeyShape shape : sharedShapes) {
        EntityMatch match =
            new EntityMatch(
                Optional.of(new Marker(marker.orElseThrow(), values)), shape.patterns(keys));
        if (!match.parts().isEmpty() && matches.size() < MOST_SHAPES) {
          matches.add(match);
        }
      }
    }
    for (KeyShape shape : ownShapes) {
      EntityMatch match = EntityMatch.ofKeys(shape.patterns(keys));
      if (matches.size() < MOST_SHAPES && !matches.contains(match)) {
        matches.add(match);
      }
    }
    return matches;
  }

  /** How much text its keys must have: the more, the fewer other keys fit. */
  int strictness(List<String> keys) {
    return ownShapes.stream()
        .mapToInt(
            shape ->
                shape.patterns(keys).values().stream().mapToInt(KeyPattern::literalBytes).sum())
        .max()
        .orElse(0);
  }
}
