package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.Tapes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalItemTest {
  private final CanonicalItem canonical = new CanonicalItem();

  private String digest(ItemTape tape) {
    canonical.digestItem(tape);
    return canonical.high() + " " + canonical.low();
  }

  private String digest(String item) throws Exception {
    return digest(Tapes.ofItem(item));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'N':'1'}|{'N':'1.0'}",
        "{'N':'1'}|{ 'N' : '10E-1' }",
        "{'N':'100'}|{'N':'1e2'}",
        "{'N':'100'}|{'N':'0.1E+3'}",
        "{'N':'0'}|{'N':'-0.00'}",
        "{'N':'0'}|{'N':'0E5'}",
        "{'N':'-0.0015'}|{'N':'-15e-4'}",
        "{'N':'7'}|{'N':'007'}",
        "{'S':'a/'}|{'S':'\\u0061\\/'}",
        "{'SS':['b','a','']}|{'SS':['','a','b']}",
        "{'NS':['2','1.0']}|{'NS':['1','2.00']}",
        "{'BS':['AQ==','Ag==']}|{'BS':['Ag==','AQ==']}",
        "{'M':{'a':{'S':'x'},'b':{'L':[{'M':{'c':{'N':'1'},'d':{'NULL':true}}}]}}}"
            + "|{'M':{'b':{'L':[{'M':{'d':{'NULL':true},'c':{'N':'1.0'}}}]},'a':{'S':'x'}}}"
      })
  void equalValues(String a, String b) throws Exception {
    assertThat(digest(item(a))).isEqualTo(digest(item(b)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'N':'1'}|{'N':'10'}",
        "{'N':'1'}|{'N':'-1'}",
        "{'N':'1'}|{'N':'0.1'}",
        "{'N':'0'}|{'N':'1E-130'}",
        "{'N':'12345678901234567890123456789012345678'}|{'N':'12345678901234567890123456789012345679'}",
        "{'N':'1'}|{'S':'1'}",
        "{'S':'a'}|{'S':'A'}",
        "{'S':'\\u00e9'}|{'S':'e\\u0301'}",
        "{'S':'AQ=='}|{'B':'AQ=='}",
        "{'NULL':true}|{'BOOL':true}",
        "{'BOOL':false}|{'BOOL':true}",
        "{'L':[]}|{'M':{}}",
        "{'SS':['a']}|{'L':[{'S':'a'}]}",
        "{'SS':['a','b']}|{'SS':['a']}",
        "{'SS':['ab','c']}|{'SS':['a','bc']}",
        "{'L':[{'S':'a'},{'S':'b'}]}|{'L':[{'S':'b'},{'S':'a'}]}",
        "{'M':{'a':{'S':'x'}}}|{'M':{'b':{'S':'x'}}}"
      })
  void differentValues(String a, String b) throws Exception {
    assertThat(digest(item(a))).isNotEqualTo(digest(item(b)));
  }

  private static String item(String value) {
    return "{\"a\":" + value.replace('\'', '"') + "}";
  }

  @Test
  void namesAndSetsInManyOrders() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      names.add("\"n" + i * 7919 % 500 + "\":{\"NS\":[\"" + i * 7919 % 500 + "\",\"-1\"]}");
    }
    String first = digest("{" + String.join(",", names) + "}");
    java.util.Collections.shuffle(names, new java.util.Random(1));
    assertThat(digest("{" + String.join(",", names) + "}")).isEqualTo(first);
    names.set(0, "\"other\":{\"S\":\"\"}");
    assertThat(digest("{" + String.join(",", names) + "}")).isNotEqualTo(first);
  }

  @Test
  void randomItemsAreEqualExactlyIfTheirValuesAre() throws Exception {
    RandomItems items = RandomItems.any(7);
    Map<Object, String> digests = new HashMap<>();
    JsonItemWriter writer = new JsonItemWriter();
    for (int i = 0; i < 10_000; i++) {
      ItemTape tape = Tapes.ofLine(items.line());
      String digest = digest(tape);
      Object comparable = Tapes.toComparable(tape);
      String earlier = digests.put(comparable, digest);
      if (earlier != null) {
        assertThat(digest).isEqualTo(earlier);
      }
      // written anew: other digits, no escapes, no white space
      writer.reset();
      new TapeValues().writeItem(tape, writer);
      String line = new String(writer.bytes(), 0, writer.length() - 1, StandardCharsets.UTF_8);
      assertThat(digest(Tapes.ofLine(line))).isEqualTo(digest);
    }
    assertThat(digests.values()).doesNotHaveDuplicates();
  }

  @Test
  void differencesAreNamedByTheirPlaces() throws Exception {
    ItemTape a =
        Tapes.ofItem(
            "{\"a\":{\"M\":{\"x.y\":{\"L\":[{\"N\":\"1\"},{\"S\":\"q\"}]}}},\"b\":{\"S\":\"1\"},\"c\":{\"BOOL\":true}}");
    ItemTape b =
        Tapes.ofItem(
            "{\"c\":{\"BOOL\":true},\"b\":{\"N\":\"1\"},\"d\":{\"S\":\"\"},\"a\":{\"M\":{\"x.y\":{\"L\":[{\"N\":\"1.0\"},{\"S\":\"r\"},{\"S\":\"s\"}]}}}}");
    assertThat(ItemDifference.between(a, b, 10))
        .extracting(ItemDifference::path)
        .containsExactly("a['x.y'][1]", "a['x.y'][2]", "b", "d");
    assertThat(ItemDifference.between(a, b, 2)).hasSize(2);
    assertThat(ItemDifference.between(a, a, 2)).isEmpty();
  }
}
