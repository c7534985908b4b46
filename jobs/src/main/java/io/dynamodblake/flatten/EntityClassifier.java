package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.NameFinder;
import io.dynamodblake.json.NameTable;
import io.dynamodblake.schema.entity.Entity;
import io.dynamodblake.schema.entity.EntityMatch;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.schema.entity.KeyPattern;
import io.dynamodblake.schema.entity.Marker;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.TextNumbers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells of which entity the item on a tape is, and which parts its keys have. It goes over the
 * attributes once and allocates nothing. One a thread.
 *
 * <pre>{@code
 * int entity = classifier.classify(tape);
 * if (classifier.readParts()) {
 *   ... classifier.part(0, slice) ...
 * }
 * }</pre>
 */
public final class EntityClassifier {
  private static final int ABSENT = -1;

  private final int remainder;
  private final NameFinder finder;
  private final int[] nodes; // on the tape, by the number of the attribute's name
  private final MarkerTexts[] markers; // by the number of the attribute's name; null for no marker
  private final Choice[] byKeysAlone; // in the order of the entities
  private final Choice[][] byEntity; // the matches that name parts
  private final int[] partCounts; // by entity

  private ItemTape tape;
  private int entity;
  private int[] parts = new int[8]; // node, start, end of each
  private final int[] places;

  /** Prepares to tell items apart by some rules. */
  public EntityClassifier(EntityRules rules) {
    remainder = rules.remainderIndex();
    List<String> attributes = attributes(rules);
    finder = new NameFinder(new NameTable(attributes));
    nodes = new int[attributes.size()];
    markers = new MarkerTexts[attributes.size()];
    byEntity = new Choice[rules.entities().size() + 1][];
    partCounts = new int[rules.entities().size() + 1];
    List<Choice> keysAlone = new ArrayList<>();
    int mostPlaces = 0;
    for (int i = 0; i < rules.entities().size(); i++) {
      Entity each = rules.entities().get(i);
      List<String> partNames = each.parts();
      List<Choice> naming = new ArrayList<>();
      for (EntityMatch match : each.match()) {
        Choice choice = new Choice(i, tests(match, attributes, partNames));
        for (KeyTest test : choice.tests) {
          mostPlaces = Math.max(mostPlaces, test.pattern.places());
        }
        if (match.marker().isPresent()) {
          add(match.marker().get(), choice, attributes);
        } else {
          keysAlone.add(choice);
        }
        if (choice.tests.length > 0) {
          naming.add(choice);
        }
      }
      byEntity[i] = naming.toArray(new Choice[0]);
      partCounts[i] = partNames.size();
    }
    byEntity[remainder] = new Choice[0];
    byKeysAlone = keysAlone.toArray(new Choice[0]);
    places = new int[mostPlaces];
  }

  private static List<String> attributes(EntityRules rules) {
    Set<String> attributes = new LinkedHashSet<>(rules.keys());
    for (Entity each : rules.entities()) {
      for (EntityMatch match : each.match()) {
        match.marker().map(Marker::attribute).ifPresent(attributes::add);
        attributes.addAll(match.keys().keySet());
      }
    }
    return List.copyOf(attributes);
  }

  private static KeyTest[] tests(
      EntityMatch match, List<String> attributes, List<String> partNames) {
    List<KeyTest> tests = new ArrayList<>();
    for (Map.Entry<String, KeyPattern> key : match.keys().entrySet()) {
      int[] numbers =
          key.getValue().names().stream().mapToInt(partNames::indexOf).toArray(); // -1: no name
      tests.add(new KeyTest(attributes.indexOf(key.getKey()), key.getValue(), numbers));
    }
    return tests.toArray(new KeyTest[0]);
  }

  private void add(Marker marker, Choice choice, List<String> attributes) {
    int attribute = attributes.indexOf(marker.attribute());
    if (markers[attribute] == null) {
      markers[attribute] = new MarkerTexts();
    }
    markers[attribute].add(marker.values(), choice);
  }

  /** One match of one entity, less its marker. */
  private record Choice(int entity, KeyTest[] tests) {}

  /**
   * @param attribute number of its name
   * @param partNumbers of the placeholders, -1 for those without a name
   */
  private record KeyTest(int attribute, KeyPattern pattern, int[] partNumbers) {}

  // ---- telling

  /**
   * Returns the number of the entity of an item in the rules, {@link EntityRules#remainderIndex()}
   * for the remainder.
   */
  public int classify(ItemTape newTape) {
    tape = newTape;
    find();
    int best = firstOf(byKeysAlone, remainder);
    for (int i = 0; i < markers.length; i++) {
      int node = nodes[i];
      if (markers[i] != null && node != ABSENT && tape.descriptor(node) == Descriptor.S) {
        Choice[] choices =
            markers[i].find(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
        best = firstOf(choices, best);
      }
    }
    entity = best;
    return best;
  }

  private void find() {
    Arrays.fill(nodes, ABSENT);
    int missing = nodes.length;
    int expected = 0;
    int node = tape.firstChild(tape.item());
    for (int i = tape.childCount(tape.item()); i > 0 && missing > 0; i--, node = tape.next(node)) {
      int number = finder.find(tape, node, expected);
      if (number >= 0) {
        nodes[number] = node;
        expected = number + 1;
        missing--;
      }
    }
  }

  /** The entity of the first choice that fits and whose entity comes before another one. */
  private int firstOf(Choice[] choices, int before) {
    for (Choice choice : choices) {
      if (choice.entity >= before) {
        return before;
      }
      if (fits(choice)) {
        return choice.entity;
      }
    }
    return before;
  }

  private boolean fits(Choice choice) {
    for (KeyTest test : choice.tests) {
      if (!fits(test, null)) {
        return false;
      }
    }
    return true;
  }

  private boolean fits(KeyTest test, int[] found) {
    int node = nodes[test.attribute];
    if (node == ABSENT) {
      return false;
    }
    Descriptor descriptor = tape.descriptor(node);
    if (descriptor != Descriptor.S) {
      if (!test.pattern.isAnything() || !isKey(descriptor)) {
        return false;
      }
      if (found != null) {
        found[0] = tape.valueStart(node);
        found[1] = tape.valueEnd(node);
      }
      return true;
    }
    return test.pattern.match(
        tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node), found);
  }

  private static boolean isKey(Descriptor descriptor) {
    return descriptor == Descriptor.N || descriptor == Descriptor.B;
  }

  // ---- parts of keys

  /** Returns how many named parts an entity has: those that {@link Entity#parts()} names. */
  public int partCount(int ofEntity) {
    return partCounts[ofEntity];
  }

  /**
   * Finds the parts of the keys of the item that was classified last, for {@link #part}. They hold
   * until the next item is on the tape.
   *
   * @return whether there are any: a match with patterns of its entity fits its keys
   */
  public boolean readParts() {
    int count = partCounts[entity];
    if (parts.length < 3 * count) {
      parts = new int[3 * count];
    }
    Arrays.fill(parts, 0, 3 * count, ABSENT);
    if (count == 0) {
      return false;
    }
    for (Choice choice : byEntity[entity]) {
      if (fits(choice)) {
        for (KeyTest test : choice.tests) {
          read(test);
        }
        return true;
      }
    }
    return false;
  }

  private void read(KeyTest test) {
    fits(test, places);
    for (int i = 0; i < test.partNumbers.length; i++) {
      int part = test.partNumbers[i];
      if (part >= 0) {
        parts[3 * part] = nodes[test.attribute];
        parts[3 * part + 1] = places[2 * i];
        parts[3 * part + 2] = places[2 * i + 1];
      }
    }
  }

  /**
   * Points at a part that {@link #readParts} has found, in UTF-8: a piece of a text, all digits of
   * a number as they are written, or a binary value in base64.
   *
   * @param number of the part among {@link Entity#parts()} of the entity
   * @return false if the item has no such part; then the slice stays as it is
   */
  public boolean part(int number, ByteSlice into) {
    int node = parts[3 * number];
    if (node == ABSENT) {
      return false;
    }
    int start = parts[3 * number + 1];
    into.set(tape.valueBytes(node), start, parts[3 * number + 2] - start);
    return true;
  }

  /** The values of one marker attribute, and what each of them stands for. */
  private static final class MarkerTexts {
    private static final Choice[] NO_CHOICE = {};

    private final TextNumbers numbers = new TextNumbers();
    private final List<Choice[]> choices = new ArrayList<>();

    void add(List<String> values, Choice choice) {
      for (String value : values) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int number = numbers.find(text, 0, text.length);
        if (number == TextNumbers.NONE) {
          numbers.add(text);
          choices.add(new Choice[] {choice});
        } else {
          Choice[] before = choices.get(number);
          Choice[] now = Arrays.copyOf(before, before.length + 1);
          now[before.length] = choice;
          choices.set(number, now);
        }
      }
    }

    Choice[] find(byte[] bytes, int start, int end) {
      int number = numbers.find(bytes, start, end);
      return number == TextNumbers.NONE ? NO_CHOICE : choices.get(number);
    }
  }
}
