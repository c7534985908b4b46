package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.entity.Entity;
import io.dynamodblake.schema.entity.EntityMatch;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.schema.entity.KeyPattern;
import io.dynamodblake.schema.entity.Marker;
import io.dynamodblake.testing.AllocatedBytes;
import io.dynamodblake.testing.Tapes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EntityClassifierTest {
  private static final List<String> KEYS = List.of("PK", "SK");

  private static EntityMatch keys(String... attributesAndPatterns) {
    Map<String, KeyPattern> patterns = new LinkedHashMap<>();
    for (int i = 0; i < attributesAndPatterns.length; i += 2) {
      patterns.put(attributesAndPatterns[i], KeyPattern.parse(attributesAndPatterns[i + 1]));
    }
    return EntityMatch.ofKeys(patterns);
  }

  private static Entity entity(String name, EntityMatch... match) {
    return new Entity(name, List.of(match), List.of(), List.of());
  }

  private static final EntityRules SHOP =
      new EntityRules(
          KEYS,
          List.of(
              entity(
                  "order",
                  EntityMatch.ofMarker("_et", List.of("Order")),
                  keys("PK", "CUSTOMER#{customer_id}", "SK", "ORDER#{order_id}")),
              entity("customer", keys("PK", "CUSTOMER#{customer_id}", "SK", "PROFILE")),
              entity("meter", keys("PK", "{meter}", "SK", "READING"))),
          "other");

  private static String told(String item) throws Exception {
    EntityClassifier classifier = new EntityClassifier(SHOP);
    int entity = classifier.classify(Tapes.ofItem(item));
    StringBuilder told = new StringBuilder(SHOP.tables().get(entity));
    if (classifier.readParts()) {
      List<String> names = SHOP.entities().get(entity).parts();
      for (int i = 0; i < classifier.partCount(entity); i++) {
        ByteSlice part = new ByteSlice();
        told.append(' ').append(names.get(i)).append('=');
        told.append(classifier.part(i, part) ? text(part) : "-");
      }
    }
    return told.toString();
  }

  private static String text(ByteSlice slice) {
    return new String(slice.bytes(), slice.offset(), slice.length(), StandardCharsets.UTF_8);
  }

  @Test
  void goesByMarkersAndByKeysAndGivesPartsWhicheverItWas() throws Exception {
    assertThat(
            told(
                "{\"PK\":{\"S\":\"CUSTOMER#7\"},\"SK\":{\"S\":\"ORDER#1#2\"},\"_et\":{\"S\":\"Order\"}}"))
        .isEqualTo("order customer_id=7 order_id=1#2");
    assertThat(told("{\"SK\":{\"S\":\"ORDER#1\"},\"PK\":{\"S\":\"CUSTOMER#7\"}}"))
        .isEqualTo("order customer_id=7 order_id=1");
    assertThat(told("{\"PK\":{\"S\":\"x\"},\"SK\":{\"S\":\"y\"},\"_et\":{\"S\":\"Order\"}}"))
        .isEqualTo("order");
    assertThat(told("{\"PK\":{\"S\":\"CUSTOMER#K\\u00f6ln\"},\"SK\":{\"S\":\"PROFILE\"}}"))
        .isEqualTo("customer customer_id=Köln");
  }

  @Test
  void leavesToTheRemainderWhatNothingFits() throws Exception {
    assertThat(told("{\"PK\":{\"S\":\"CUSTOMER#7\"}}")).isEqualTo("other");
    assertThat(told("{}")).isEqualTo("other");
    assertThat(told("{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"},\"_et\":{\"S\":\"Orders\"}}"))
        .isEqualTo("other");
    assertThat(told("{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"},\"_et\":{\"B\":\"T3JkZXI=\"}}"))
        .isEqualTo("other");
    assertThat(
            told(
                "{\"m\":{\"M\":{\"_et\":{\"S\":\"Order\"}}},\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"}}"))
        .isEqualTo("other");
  }

  @Test
  void takesAnyKeyOfAnyTypeForAPlaceholderAlone() throws Exception {
    assertThat(told("{\"PK\":{\"N\":\"17\"},\"SK\":{\"S\":\"READING\"}}"))
        .isEqualTo("meter meter=17");
    assertThat(told("{\"PK\":{\"B\":\"AAE=\"},\"SK\":{\"S\":\"READING\"}}"))
        .isEqualTo("meter meter=AAE=");
    assertThat(told("{\"PK\":{\"BOOL\":true},\"SK\":{\"S\":\"READING\"}}")).isEqualTo("other");
    assertThat(told("{\"PK\":{\"S\":\"m\"},\"SK\":{\"N\":\"1\"}}")).isEqualTo("other");
  }

  @Property(tries = 1000)
  void tellsWhatOneWouldTellWhoTriesMatchAfterMatch(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    EntityRules rules = randomRules(random);
    EntityClassifier classifier = new EntityClassifier(rules);
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    for (int i = 0; i < 20; i++) {
      Map<String, String> item = randomItem(random);
      byte[] line = line(item).getBytes(StandardCharsets.UTF_8);
      scanner.scan(line, 0, line.length, tape);
      int expected = expected(rules, item);
      assertThat(classifier.classify(tape)).isEqualTo(expected);

      Map<String, String> parts = new TreeMap<>();
      if (classifier.readParts()) {
        for (int part = 0; part < classifier.partCount(expected); part++) {
          ByteSlice slice = new ByteSlice();
          if (classifier.part(part, slice)) {
            parts.put(rules.entities().get(expected).parts().get(part), text(slice));
          }
        }
      }
      assertThat(parts).isEqualTo(expectedParts(rules, expected, item));
    }
  }

  private static int expected(EntityRules rules, Map<String, String> item) {
    for (int i = 0; i < rules.entities().size(); i++) {
      for (EntityMatch match : rules.entities().get(i).match()) {
        Optional<Marker> marker = match.marker();
        if (marker.stream()
                .allMatch(each -> each.values().contains(item.getOrDefault(each.attribute(), "")))
            && fits(match, item)) {
          return i;
        }
      }
    }
    return rules.remainderIndex();
  }

  private static boolean fits(EntityMatch match, Map<String, String> item) {
    return match.keys().entrySet().stream()
        .allMatch(
            key ->
                Optional.ofNullable(item.get(key.getKey()))
                    .flatMap(key.getValue()::match)
                    .isPresent());
  }

  private static Map<String, String> expectedParts(
      EntityRules rules, int entity, Map<String, String> item) {
    Map<String, String> parts = new TreeMap<>();
    if (entity < rules.remainderIndex() && !rules.entities().get(entity).parts().isEmpty()) {
      rules.entities().get(entity).match().stream()
          .filter(match -> !match.keys().isEmpty() && fits(match, item))
          .findFirst()
          .ifPresent(
              match ->
                  match
                      .keys()
                      .forEach(
                          (attribute, pattern) -> addParts(parts, pattern, item.get(attribute))));
    }
    return parts;
  }

  private static void addParts(Map<String, String> parts, KeyPattern pattern, String key) {
    List<String> values = pattern.match(key).orElseThrow();
    for (int i = 0; i < values.size(); i++) {
      if (!pattern.names().get(i).isEmpty()) {
        parts.put(pattern.names().get(i), values.get(i));
      }
    }
  }

  private static EntityRules randomRules(Random random) {
    String[] patterns = {"{a}", "A#{b}", "B#{b}#{c}", "A", "{b}#A", "{}#{c}", "A#{}"};
    List<Entity> entities = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      List<EntityMatch> matches = new ArrayList<>();
      for (int j = random.nextInt(3); j >= 0; j--) {
        boolean marked = random.nextInt(3) > 0;
        Optional<Marker> marker =
            marked
                ? Optional.of(
                    new Marker(
                        random.nextBoolean() ? "type" : "kind",
                        List.of("t" + random.nextInt(4), "t" + random.nextInt(4))))
                : Optional.empty();
        Map<String, KeyPattern> keys = new LinkedHashMap<>();
        if (!marked || random.nextBoolean()) {
          keys.put(
              KEYS.get(random.nextInt(2)),
              KeyPattern.parse(patterns[random.nextInt(patterns.length)]));
        }
        matches.add(new EntityMatch(marker, keys));
      }
      entities.add(new Entity("e" + i, matches, List.of(), List.of()));
    }
    return new EntityRules(KEYS, entities, "other");
  }

  private static Map<String, String> randomItem(Random random) {
    String[] keys = {"A", "A#1", "A#B#2", "B#1#A", "B#", "7#A", "x"};
    Map<String, String> item = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(List.of("PK", "SK", "type", "kind", "more"));
    Collections.shuffle(names, random);
    for (String name : names) {
      if (random.nextInt(5) > 0) {
        item.put(
            name,
            KEYS.contains(name) ? keys[random.nextInt(keys.length)] : "t" + random.nextInt(5));
      }
    }
    return item;
  }

  private static String line(Map<String, String> item) {
    StringBuilder line = new StringBuilder("{\"Item\":{");
    item.forEach(
        (name, value) ->
            line.append(line.charAt(line.length() - 1) == '{' ? "" : ",")
                .append("\"%s\":{\"S\":\"%s\"}".formatted(name, value)));
    return line.append("}}").toString();
  }

  @Test
  void allocatesNothing() throws Exception {
    EntityClassifier classifier = new EntityClassifier(SHOP);
    ItemTape tape =
        Tapes.ofItem(
            "{\"x\":{\"N\":\"1\"},\"PK\":{\"S\":\"CUSTOMER#7\"},\"SK\":{\"S\":\"ORDER#1\"},\"_et\":{\"S\":\"no\"}}");
    ByteSlice slice = new ByteSlice();
    Runnable classify =
        () -> {
          for (int i = 0; i < 1000; i++) {
            classifier.classify(tape);
            classifier.readParts();
            classifier.part(0, slice);
          }
        };
    classify.run();

    long before = AllocatedBytes.ofThisThread();
    classify.run();
    assertThat(AllocatedBytes.ofThisThread() - before).isLessThan(1000);
  }
}
