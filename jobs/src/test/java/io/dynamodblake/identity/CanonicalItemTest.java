package io.dynamodblake.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.Tapes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
        "{'N':'123456789012345678'}|{'N':'1234567890123456780E-1'}",
        "{'N':'-1234567890123456789'}|{'N':'-1.2345678901234567890e18'}",
        "{'N':'0.5'}|{'N':'5.00000000000000000000000E-1'}",
        "{'B':'AQ=='}|{'B':'AX=='}",
        "{'B':'AAE='}|{'B':'AAH='}",
        "{'BS':['AQ==','Ag==']}|{'BS':['Ag==','AQ==']}",
        "{'BS':['AQ==','Ag==']}|{'BS':['Ag==','AQ==','AR==']}",
        "{'NS':['1','2']}|{'NS':['2.0','1','1e0']}",
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
        "{'N':'1234567890123456789'}|{'N':'-1234567890123456789'}",
        "{'N':'1234567890123456789'}|{'N':'1234567890123456789E1'}",
        "{'N':'15'}|{'N':'1.5'}",
        "{'B':'AQ=='}|{'B':'AQA='}",
        "{'B':'AAE='}|{'B':'AAI='}",
        "{'B':''}|{'B':'AA=='}",
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
    Collections.shuffle(names, new Random(1));
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
  void namesThatTheScannerKnowsGiveTheSameDigestAsUnknownOnes() throws Exception {
    CanonicalItem ofOtherScanner = new CanonicalItem();
    ofOtherScanner.digestItem(Tapes.ofItem("{}")); // it takes no numbers of names from here on
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    Random random = new Random(11);
    int numbered = 0;
    for (int i = 0; i < 5_000; i++) {
      // names of many lengths, in an order that is not theirs; new ones come now and then
      String inner = usualAttributes(random, 8, "{\"N\":\"" + random.nextInt(50) + "\"}");
      String attributes = usualAttributes(random, 8 + i / 1_000, "{\"M\":{" + inner + "}}");
      byte[] line = ("{\"Item\":{" + attributes + "}}        ").getBytes(StandardCharsets.UTF_8);
      scanner.scan(line, 0, line.length, tape);
      canonical.digestItem(tape);
      ofOtherScanner.digestItem(tape);
      assertThat(canonical.high()).isEqualTo(ofOtherScanner.high());
      assertThat(canonical.low()).isEqualTo(ofOtherScanner.low());
      if (tape.childCount(tape.item()) > 0 && tape.nameNumber(tape.firstChild(0)) > 0) {
        numbered++;
      }
    }
    assertThat(numbered).isGreaterThan(1_000);
  }

  private static String usualAttributes(Random random, int most, String value) {
    List<String> attributes = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      if (random.nextInt(20) > 0) {
        attributes.add("\"" + "n".repeat(i * 5 % 9) + (char) ('z' - i) + "\":" + value);
      }
    }
    if (random.nextInt(16) == 0) {
      Collections.reverse(attributes);
    }
    return String.join(",", attributes);
  }

  @Test
  void aSecretChangesDigestsAndNotChecksums() throws Exception {
    ItemTape tape = Tapes.ofItem("{\"a\":{\"N\":\"1\"},\"b\":{\"S\":\"x\"}}");
    int[] nodes = {CanonicalItem.attribute(tape, new byte[] {'b'})};
    CanonicalItem secret = new CanonicalItem(new byte[] {1});
    canonical.digestItem(tape);
    secret.digestItem(tape);
    assertThat(secret.high()).isNotEqualTo(canonical.high());
    assertThat(secret.low()).isNotEqualTo(canonical.low());
    secret.read(tape, nodes);
    canonical.read(tape, nodes);
    assertThat(secret.checksum()).isEqualTo(canonical.checksum());

    canonical.digest();
    long ofNodes = canonical.high();
    assertThat(canonical.digestAttributes(tape, new byte[][] {{'b'}})).isEqualTo(-1);
    assertThat(canonical.high()).isEqualTo(ofNodes);
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
