package io.dynamodblake.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.type.Descriptor;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyedItemDigestTest {
  private static final byte[] SECRET = "not to be known.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[][] NO_KEYS = {};

  // where a value may stand
  private static final List<String> PLACES =
      List.of(
          "{'a':%s}",
          "{'a':{'M':{'a':%s}}}",
          "{'a':{'L':[{'S':'x'},%s]}}",
          "{'a':{'L':[{'M':{'b':%s,'a':{'N':'1'}}}]}}",
          "{'a':{'L':[{'S':'"
              + "x".repeat(300)
              + "'},{'L':["
              + "{'N':'1'},".repeat(40)
              + "%s]}]}}");

  private final KeyedItemDigest digest = new KeyedItemDigest(SECRET, NO_KEYS);

  private static String of(KeyedItemDigest digest, ItemTape tape) {
    digest.read(tape);
    return digest.high() + " " + digest.low();
  }

  private String digest(String item) throws Exception {
    return of(digest, Tapes.ofItem(item.replace('\'', '"')));
  }

  private static String at(String place, String value) {
    return place.replace("%s", value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'N':'1'}|{'N':'1.0'}",
        "{'N':'1'}|{ 'N' : '10E-1' }",
        "{'N':'1'}|{'N':'1E0'}",
        "{'N':'100'}|{'N':'1e2'}",
        "{'N':'0'}|{'N':'-0.00'}",
        "{'N':'0'}|{'N':'0E5'}",
        "{'N':'0'}|{'N':'0.000'}",
        "{'N':'-0.0015'}|{'N':'-15e-4'}",
        "{'N':'7'}|{'N':'007'}",
        "{'N':'123456789012345678'}|{'N':'1234567890123456780E-1'}",
        "{'N':'-1234567890123456789'}|{'N':'-1.2345678901234567890e18'}",
        "{'N':'0.5'}|{'N':'5.00000000000000000000000E-1'}",
        "{'S':'a/'}|{'S':'\\u0061\\/'}",
        "{'S':'somewhat longer than 24 bytes'}|{'S':'somewhat longer th\\u0061n 24 bytes'}",
        "{'B':'AQ=='}|{'B':'AX=='}",
        "{'B':'AAE='}|{'B':'AAH='}",
        "{'SS':['b','a','']}|{'SS':['','a','b']}",
        "{'NS':['1','2']}|{'NS':['2.0','1','1e0']}",
        "{'BS':['AQ==','Ag==']}|{'BS':['Ag==','AQ==','AR==']}",
        "{'NULL':true}|{'NULL':false}",
        "{'M':{'a':{'S':'x'},'b':{'L':[{'M':{'c':{'N':'1'},'d':{'NULL':true}}}]}}}"
            + "|{'M':{'b':{'L':[{'M':{'d':{'NULL':true},'c':{'N':'1.0'}}}]},'\\u0061':{'S':'x'}}}"
      })
  void equalValues(String a, String b) throws Exception {
    for (String place : PLACES) {
      assertThat(digest(at(place, a))).as(place).isEqualTo(digest(at(place, b)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'N':'1'}|{'N':'10'}",
        "{'N':'1'}|{'N':'-1'}",
        "{'N':'1'}|{'N':'0.1'}",
        "{'N':'15'}|{'N':'1.5'}",
        "{'N':'0'}|{'N':'1E-130'}",
        "{'N':'12345678901234567890123456789012345678'}|{'N':'12345678901234567890123456789012345679'}",
        "{'N':'1234567890123456789'}|{'N':'-1234567890123456789'}",
        "{'N':'1234567890123456789'}|{'N':'1234567890123456789E1'}",
        "{'N':'1'}|{'S':'1'}",
        "{'N':'0'}|{'NULL':true}",
        "{'S':'a'}|{'S':'A'}",
        "{'S':''}|{'S':'\\u0000'}",
        "{'S':'a'}|{'S':'a\\u0000'}",
        "{'S':'12345678'}|{'S':'12345678\\u0000'}",
        "{'S':'\\u00e9'}|{'S':'e\\u0301'}",
        "{'S':''}|{'B':''}",
        "{'S':''}|{'NULL':true}",
        "{'S':'AQ=='}|{'B':'AQ=='}",
        "{'B':'AQ=='}|{'B':'AQA='}",
        "{'B':'AAE='}|{'B':'AAI='}",
        "{'B':''}|{'B':'AA=='}",
        "{'NULL':true}|{'BOOL':true}",
        "{'BOOL':false}|{'BOOL':true}",
        "{'L':[]}|{'M':{}}",
        "{'L':[]}|{'L':[{'L':[]}]}",
        "{'L':[{'L':[]},{'L':[]}]}|{'L':[{'L':[{'L':[]}]}]}",
        "{'M':{}}|{'NULL':true}",
        "{'M':{}}|{'M':{'a':{'NULL':true}}}",
        "{'M':{}}|{'L':[{'M':{}}]}",
        "{'SS':['a']}|{'L':[{'S':'a'}]}",
        "{'SS':['a']}|{'S':'a'}",
        "{'SS':['1']}|{'NS':['1']}",
        "{'SS':['AQ==']}|{'BS':['AQ==']}",
        "{'SS':['a','b']}|{'SS':['a']}",
        "{'SS':['ab','c']}|{'SS':['a','bc']}",
        "{'L':[{'S':'a'},{'S':'b'}]}|{'L':[{'S':'b'},{'S':'a'}]}",
        "{'L':[{'S':'a'},{'S':'a'}]}|{'L':[{'S':'a'}]}",
        "{'L':[{'L':[{'N':'1'}]},{'N':'2'}]}|{'L':[{'L':[{'N':'1'},{'N':'2'}]}]}",
        "{'M':{'a':{'S':'x'}}}|{'M':{'b':{'S':'x'}}}",
        "{'M':{'a':{'S':'x'}}}|{'M':{'a':{'S':'x'},'':{'S':''}}}",
        "{'M':{'a':{'S':'x'},'b':{'S':'y'}}}|{'M':{'a':{'S':'y'},'b':{'S':'x'}}}",
        "{'M':{'a':{'N':'1'},'b':{'N':'2'}}}|{'M':{'a':{'N':'2'},'b':{'N':'1'}}}",
        "{'M':{'a':{'M':{'b':{'S':'x'}}}}}|{'M':{'b':{'M':{'a':{'S':'x'}}}}}",
        "{'M':{'a':{'M':{'a':{'S':'x'}}}}}|{'M':{'a':{'S':'x'}}}",
        "{'M':{'a':{'M':{'b':{'S':'x'}}},'c':{'M':{}}}}|{'M':{'a':{'M':{}},'c':{'M':{'b':{'S':'x'}}}}}",
        "{'M':{'a':{'M':{'b':{'N':'1'}}},'b':{'M':{'b':{'N':'2'}}}}}"
            + "|{'M':{'a':{'M':{'b':{'N':'2'}}},'b':{'M':{'b':{'N':'1'}}}}}",
        "{'L':[{'M':{'a':{'N':'1'}}},{'M':{'a':{'N':'2'}}}]}|{'L':[{'M':{'a':{'N':'2'}}},{'M':{'a':{'N':'1'}}}]}"
      })
  void differentValues(String a, String b) throws Exception {
    for (String place : PLACES) {
      assertThat(digest(at(place, a))).as(place).isNotEqualTo(digest(at(place, b)));
    }
  }

  @Test
  void textsOfEachLengthDifferInEachByteAndNotByWhereTheyStand() throws Exception {
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    for (String place : List.of("{'a':%s}", "{'a':{'L':[%s]}}")) {
      Set<String> digests = new HashSet<>();
      int expected = 0;
      for (int length = 0; length <= 300; length++) {
        for (int changed = -1; changed < length; changed += length > 40 ? 7 : 1) {
          StringBuilder text = new StringBuilder("x".repeat(length));
          if (changed >= 0) {
            text.setCharAt(changed, 'y');
          }
          String item = at(place, "{'S':'" + text + "'}").replace('\'', '"');
          byte[] line = ("{\"Item\":" + item + "}").getBytes(StandardCharsets.UTF_8);
          String atTheEnd = of(digest, Tapes.ofItem(item));
          digests.add(atTheEnd);
          expected++;
          for (int before = 0; before < 3; before++) {
            byte[] buffer = new byte[before + line.length + 100 * (before % 2)];
            Arrays.fill(buffer, (byte) '7');
            System.arraycopy(line, 0, buffer, before, line.length);
            scanner.scan(buffer, before, before + line.length, tape);
            assertThat(of(digest, tape)).isEqualTo(atTheEnd);
          }
        }
      }
      assertThat(digests).hasSize(expected);
    }
  }

  @Test
  void listsOfEachLengthDifferInEachElement() throws Exception {
    Set<String> digests = new HashSet<>();
    int expected = 0;
    for (int length = 0; length <= 70; length++) {
      for (int changed = -1; changed < length; changed++) {
        List<String> elements = new ArrayList<>(Collections.nCopies(length, "{'NULL':true}"));
        if (changed >= 0) {
          elements.set(changed, "{'BOOL':true}");
        }
        digests.add(digest("{'a':{'L':[" + String.join(",", elements) + "]}}"));
        expected++;
      }
    }
    assertThat(digests).hasSize(expected);
  }

  @Test
  void randomItemsHaveEqualDigestsExactlyIfTheirCanonicalFormsAreEqual() throws Exception {
    RandomItems items = RandomItems.any(17);
    CanonicalItem canonical = new CanonicalItem();
    KeyedItemDigest other = new KeyedItemDigest(SECRET, NO_KEYS);
    KeyedItemDigest forgetful = new KeyedItemDigest(SECRET, NO_KEYS, 3);
    Map<String, String> byCanonical = new HashMap<>();
    Map<String, String> byDigest = new HashMap<>();
    JsonItemWriter writer = new JsonItemWriter();
    ItemScanner scanner = new ItemScanner();
    ItemTape tapeOfOneScanner = new ItemTape();
    for (int i = 0; i < 10_000; i++) {
      ItemTape tape = Tapes.ofLine(items.line());
      canonical.digestItem(tape);
      String form = canonical.high() + " " + canonical.low();
      String own = of(digest, tape);
      byCanonical.putIfAbsent(form, own);
      byDigest.putIfAbsent(own, form);
      assertThat(byCanonical.get(form)).isEqualTo(own);
      assertThat(byDigest.get(own)).isEqualTo(form);
      // written anew, and read with names that have numbers
      writer.reset();
      new TapeValues().writeItem(tape, writer);
      scanner.scan(writer.bytes(), 0, writer.length() - 1, tapeOfOneScanner);
      assertThat(of(other, tapeOfOneScanner)).isEqualTo(own);
      assertThat(of(forgetful, tapeOfOneScanner)).isEqualTo(own);
    }
    assertThat(byDigest).hasSizeGreaterThan(5_000);
  }

  @Test
  void namesInAnyOrderKnownToTheScannerOrNotGiveTheSameDigest() throws Exception {
    KeyedItemDigest ofOtherScanner = new KeyedItemDigest(SECRET, NO_KEYS);
    ofOtherScanner.read(Tapes.ofItem("{}")); // it takes no numbers of names from here on
    KeyedItemDigest forgetful = new KeyedItemDigest(SECRET, NO_KEYS, 2);
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    Random random = new Random(5);
    int numbered = 0;
    for (int i = 0; i < 3_000; i++) {
      List<String> attributes = new ArrayList<>();
      for (int name = 0; name < 8 + i / 500; name++) {
        // maps, and lists of maps, of the same names under the same name
        String inner = "{\"M\":{\"n1\":{\"N\":\"" + random.nextInt(9) + "\"},\"n2\":{\"S\":\"\"}}}";
        String value = random.nextBoolean() ? inner : "{\"L\":[" + inner + "," + inner + "]}";
        attributes.add("\"n" + name + "\":" + value);
      }
      String item = "{\"Item\":{" + String.join(",", attributes) + "}}        ";
      byte[] line = item.getBytes(StandardCharsets.UTF_8);
      scanner.scan(line, 0, line.length, tape);
      if (tape.nameNumber(tape.firstChild(0)) > 0) {
        numbered++;
      }
      String first = of(digest, tape);
      assertThat(of(ofOtherScanner, tape)).isEqualTo(first);
      assertThat(of(forgetful, tape)).isEqualTo(first);
      Collections.shuffle(attributes, random);
      assertThat(digest("{" + String.join(",", attributes) + "}")).isEqualTo(first);
    }
    assertThat(numbered).isGreaterThan(1_000);
  }

  @Test
  void sumsOfItemsShowWhichValuesGoTogether() throws Exception {
    // the same values under the same names on both sides, with and without a level in between
    for (String item : List.of("{'a':%s,'b':%s}", "{'c':{'M':{'a':%s,'b':%s}}}")) {
      for (String type : List.of("N", "S")) {
        long[] together = new long[2];
        for (int i = 0; i < 4; i++) {
          String a = "{'" + type + "':'" + (i & 1) + "'}";
          String b = "{'" + type + "':'" + (i >> 1) + "'}";
          digest(item.formatted(a, b));
          // (0,0) and (1,1) against (1,0) and (0,1)
          int sign = i == 0 || i == 3 ? 1 : -1;
          together[0] += sign * digest.high();
          together[1] += sign * digest.low();
        }
        assertThat(together[0]).as(item).isNotZero();
        assertThat(together[1]).as(item).isNotZero();
      }
    }
  }

  @Test
  void digestsAreThoseOfTheFormula() throws Exception {
    ItemTape tape =
        Tapes.ofItem(
            "{\"t\":{\"S\":\"0123456789\"},\"n\":{\"N\":\"-1200\"},\"m\":{\"M\":{\"t\":{\"BOOL\":true}}}}");
    int text = tape.firstChild(tape.item());
    int number = tape.next(text);
    int map = tape.next(number);
    SecretSha sha = new SecretSha(SECRET);
    NameKeys names = new NameKeys(sha, NO_KEYS, 10);
    names.begin(tape);
    long[] inner = new long[4];
    multiply(inner, names.of(tape, tape.firstChild(map), 1), head(Descriptor.BOOL, 1), 0);
    long[] sum = new long[4];
    long low = 0x3736353433323130L;
    long high = 0x3938L;
    multiply(sum, names.of(tape, text, 0), head(Descriptor.S, 10), low, high, 0);
    multiply(sum, names.of(tape, number, 0), head(Descriptor.N, 2), -12);
    multiply(
        sum,
        names.of(tape, map, 0),
        head(Descriptor.M, 0),
        inner[0],
        inner[1],
        inner[2],
        inner[3],
        0);
    sha.begin((byte) 'i').put(sum[0]).put(sum[1]).put(sum[2]).put(sum[3]).end();
    assertThat(of(digest, tape)).isEqualTo(sha.word(0) + " " + sha.word(1));
  }

  private static long head(Descriptor descriptor, int number) {
    return (long) number << 8 | descriptor.ordinal();
  }

  /** Adds the upper and the lower halves of all products, with the first and the second numbers. */
  private static void multiply(long[] sum, NameKeys.Name name, long... words) {
    long[] key = name.key(words.length / 2);
    for (int i = 0; i < words.length; i += 2) {
      for (int time = 0; time < 2; time++) {
        BigInteger product =
            BigInteger.valueOf(words[i] + key[2 * i + 2 * time])
                .multiply(BigInteger.valueOf(words[i + 1] + key[2 * i + 2 * time + 1]));
        sum[2 * time] += product.shiftRight(Long.SIZE).longValue();
        sum[2 * time + 1] += product.longValue();
      }
    }
  }

  @Test
  void eachNameAtEachLevelHasRandomNumbersOfItsOwn() throws Exception {
    ItemTape tape = Tapes.ofItem("{\"a\":{\"NULL\":true},\"b\":{\"NULL\":true}}");
    NameKeys names = new NameKeys(new SecretSha(SECRET), NO_KEYS, 3);
    NameKeys again = new NameKeys(new SecretSha(SECRET), new byte[][] {{'b'}}, 0);
    names.begin(tape);
    again.begin(tape);
    Set<Long> numbers = new HashSet<>();
    for (int node : new int[] {tape.firstChild(0), tape.next(tape.firstChild(0))}) {
      for (int level = 0; level < 4; level++) {
        long[] key = names.of(tape, node, level).key(5).clone();
        assertThat(again.of(tape, node, level).key(1)).startsWith(Arrays.copyOf(key, 4));
        assertThat(again.of(tape, node, level).key(5)).isEqualTo(key);
        for (long word : key) {
          assertThat(Long.bitCount(word)).isBetween(8, 56);
          numbers.add(word);
        }
      }
    }
    assertThat(numbers).hasSize(2 * 4 * 5 * NameKeys.LONGS);
  }

  @Test
  void aSecretChangesDigestsAndHashes() throws Exception {
    byte[][] keys = {{'a'}};
    ItemTape tape = Tapes.ofItem("{\"a\":{\"N\":\"1\"},\"b\":{\"S\":\"x\"}}");
    Set<String> digests = new HashSet<>();
    Set<Integer> hashes = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      KeyedItemDigest keyed = new KeyedItemDigest(new byte[] {1, (byte) i}, keys);
      digests.add(of(keyed, tape));
      hashes.add(keyed.keyHash());
      assertThat(of(keyed, tape)).isIn(digests);
    }
    assertThat(digests).hasSize(50);
    assertThat(hashes).hasSize(50);
  }

  @Test
  void hashesAreOfTheKeyAloneAndOfWholeItemsWithoutOne() throws Exception {
    byte[][] keys = {{'p'}, {'s'}};
    KeyedItemDigest keyed = new KeyedItemDigest(SECRET, keys);
    KeyedItemDigest only = new KeyedItemDigest(SECRET, keys);
    Set<Integer> hashes = new HashSet<>();
    Set<Integer> ofWhole = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      String p = "\"p\":{\"S\":\"" + i / 40 + "\"}";
      String s = "\"s\":{\"N\":\"" + i % 40 + "\"}";
      ItemTape one = Tapes.ofItem("{" + p + "," + s + ",\"m\":{\"M\":{\"p\":{\"S\":\"\"}}}}");
      ItemTape two =
          Tapes.ofItem("{\"v\":{\"N\":\"1\"}," + s.replace("\"}", ".0\"}") + "," + p + "}");
      keyed.read(one);
      int hash = keyed.keyHash();
      hashes.add(hash);
      assertThat(one.name(keyed.keyNode(0))).isEqualTo("p");
      assertThat(one.name(keyed.keyNode(1))).isEqualTo("s");
      keyed.read(two);
      assertThat(keyed.keyHash()).isEqualTo(hash);
      assertThat(two.name(keyed.keyNode(0))).isEqualTo("p");
      only.readKey(one);
      assertThat(only.keyHash()).isEqualTo(hash);
      only.readKey(two);
      assertThat(only.keyHash()).isEqualTo(hash);
      digest.read(two);
      ofWhole.add(digest.keyHash());
      digest.readKey(one);
      assertThat(digest.keyHash()).isNotIn(ofWhole);
    }
    assertThat(hashes).hasSizeGreaterThan(1_990);
    assertThat(ofWhole).hasSizeGreaterThan(1_990);
    // buckets take the lowest bits
    assertThat(hashes.stream().map(hash -> hash & 255).distinct()).hasSizeGreaterThan(250);

    keyed.read(Tapes.ofItem("{\"s\":{\"N\":\"1\"}}"));
    assertThat(keyed.keyNode(0)).isEqualTo(-1);
    only.readKey(Tapes.ofItem("{\"p\":{\"N\":\"1\"}}"));
    assertThat(only.keyNode(1)).isEqualTo(-1);
  }

  @Test
  void nestingAsDeepAsCanBeRead() throws Exception {
    Set<String> digests = new HashSet<>();
    for (int levels = 1; levels < ItemScanner.MOST_DEPTH; levels++) {
      for (String leaf : List.of("{'N':'1'}", "{'N':'2'}")) {
        digests.add(
            digest("{'a':" + "{'M':{'a':".repeat(levels) + leaf + "}}".repeat(levels) + "}"));
        digests.add(digest("{'a':" + "{'L':[".repeat(levels) + leaf + "]}".repeat(levels) + "}"));
      }
    }
    assertThat(digests).hasSize(4 * (ItemScanner.MOST_DEPTH - 1));
  }
}
