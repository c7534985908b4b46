package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.MapProfile;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.testing.Profiles;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.type.Descriptor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemObserverTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  @Property(tries = 200)
  void countsWhatATreeOfTheItemsHolds(@ForAll long seed) throws Exception {
    RandomItems items = RandomItems.any(seed);
    List<String> lines = IntStream.range(0, 10).mapToObj(i -> items.line()).toList();
    Map<String, Long> expected = new TreeMap<>();
    for (String line : lines) {
      count(JACKSON.readTree(line).get("Item"), "", expected);
    }
    Profile profile = Profiles.ofLines(ProfileLimits.DEFAULT, lines);
    Map<String, Long> actual = new TreeMap<>();
    profile.attributes().forEach((name, values) -> count(values, "/" + name, actual));
    assertThat(actual).isEqualTo(expected);
    assertThat(profile.items()).isEqualTo(lines.size());
  }

  @Property(tries = 50)
  void typesAloneDecideColumns(@ForAll long seed) throws Exception {
    RandomItems items = RandomItems.any(seed);
    ItemObserver all = new ItemObserver(ProfileLimits.DEFAULT);
    ItemObserver types = ItemObserver.ofTypes(ProfileLimits.DEFAULT);
    for (int i = 0; i < 20; i++) {
      String line = items.line();
      ItemTape tape = Tapes.ofLine(line);
      all.observe(tape, line.length());
      types.observe(tape, line.length());
    }

    PlanOptions options = PlanOptions.of("t", List.of());
    assertThat(SchemaPlanner.plan(types.profile(), options))
        .isEqualTo(SchemaPlanner.plan(all.profile(), options));
    assertThat(types.profile().itemSizes().sum()).isZero();
    assertThat(types.profile().keyCandidates()).isEqualTo(all.profile().keyCandidates());
  }

  private static void count(JsonNode map, String path, Map<String, Long> counts) {
    map.fields()
        .forEachRemaining(
            entry -> countValue(entry.getValue(), path + "/" + entry.getKey(), counts));
  }

  private static void countValue(JsonNode value, String path, Map<String, Long> counts) {
    String tag = value.fieldNames().next();
    JsonNode payload = value.get(tag);
    counts.merge(path + ":" + tag, 1L, Long::sum);
    switch (tag) {
      case "M" -> count(payload, path, counts);
      case "L" -> payload.forEach(element -> countValue(element, path + "[]", counts));
      case "SS", "NS", "BS" ->
          counts.merge(path + "{}:" + tag.charAt(0), (long) payload.size(), Long::sum);
      default -> {}
    }
  }

  private static void count(ValueProfile values, String path, Map<String, Long> counts) {
    for (Descriptor descriptor : Descriptor.values()) {
      if (values.count(descriptor) > 0) {
        counts.put(path + ":" + descriptor, values.count(descriptor));
      }
    }
    values.element().ifPresent(element -> count(element, path + "[]", counts));
    values.member().ifPresent(member -> count(member, path + "{}", counts));
    values
        .fields()
        .map(MapProfile::byName)
        .ifPresent(
            fields -> fields.forEach((name, field) -> count(field, path + "/" + name, counts)));
  }

  @ParameterizedTest(name = "{0} has {1} bytes")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"S\":\"\"}; 1",
        "{\"S\":\"größe\"}; 8",
        "{\"N\":\"0\"}; 2",
        "{\"N\":\"1\"}; 3",
        "{\"N\":\"-12.50\"}; 5",
        "{\"N\":\"100000\"}; 3",
        "{\"N\":\"1.5E+20\"}; 3",
        "{\"B\":\"\"}; 1",
        "{\"B\":\"AAE=\"}; 3",
        "{\"B\":\"AA==\"}; 2",
        "{\"B\":\"AAEC\"}; 4",
        "{\"BOOL\":false}; 2",
        "{\"NULL\":true}; 2",
        "{\"L\":[]}; 4",
        "{\"L\":[{\"S\":\"ab\"},{\"BOOL\":true}]}; 9",
        "{\"M\":{\"key\":{\"S\":\"ab\"}}}; 10",
        "{\"SS\":[\"a\",\"bc\"]}; 4",
        "{\"NS\":[\"1\",\"22\"]}; 5",
      })
  void sizesAreThoseOfDynamoDb(String value, long withName) {
    Profile profile = Profiles.ofValues(value);
    assertThat(profile.itemSizes().sum()).isEqualTo(withName);
    assertThat(profile.attribute("a").orElseThrow().sizeBytes()).isEqualTo(withName);
  }

  @Test
  void forgottenAttributesStillCountInTheItemsSize() {
    String item = "{\"a\":{\"S\":\"x\"},\"b1\":{\"L\":[{\"M\":{\"c\":{\"NS\":[\"1\"]}}}]}}";
    ProfileLimits one = new ProfileLimits(1, 1);
    String[] items = new String[40];
    for (int i = 0; i < items.length; i++) {
      items[i] = item.replace("b1", "b" + (10 + i));
    }
    Profile forgetful = Profiles.ofItems(one, items);
    assertThat(forgetful.attributes().keySet()).containsExactly("a");
    assertThat(forgetful.itemSizes().sum()).isEqualTo(Profiles.ofItems(items).itemSizes().sum());
    assertThat(forgetful.forgottenAttributeValues()).isEqualTo(40);
  }

  @Test
  void factsOfValuesAreExact() throws Exception {
    ItemObserver observer = new ItemObserver(ProfileLimits.DEFAULT);
    String item = "{\"a\":{\"S\":\"\"},\"b\":{\"B\":\"AAE=\"},\"l\":{\"L\":[]},\"m\":{\"M\":{}}}";
    ItemTape tape = Tapes.ofItem(item);
    observer.observe(tape, 100);
    observer.observe(tape, 50);
    Profile profile = observer.profile();
    assertThat(profile.rawBytes()).isEqualTo(150);
    assertThat(profile.attribute("a").orElseThrow().text().orElseThrow().empty()).isEqualTo(2);
    assertThat(profile.attribute("a").orElseThrow().rawBytes()).isEqualTo(2 * (1 + 8));
    assertThat(profile.attribute("b").orElseThrow().binary().orElseThrow().max()).isEqualTo(2);
    assertThat(profile.attribute("l").orElseThrow().emptyLists()).isEqualTo(2);
    assertThat(profile.attribute("m").orElseThrow().emptyMaps()).isEqualTo(2);
  }
}
