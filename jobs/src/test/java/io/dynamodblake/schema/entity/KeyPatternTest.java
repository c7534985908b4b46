package io.dynamodblake.schema.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPatternTest {
  @ParameterizedTest(name = "{0} takes {1} apart into {2}")
  @CsvSource(
      delimiter = ';',
      value = {
        "CUSTOMER#{id}; CUSTOMER#7; 7",
        "CUSTOMER#{id}; CUSTOMER#; none",
        "CUSTOMER#{id}; CUSTOMERS#7; none",
        "CUSTOMER#{id}; CUSTOMER#a#b; a#b",
        "{a}#{b}; x#y#z; x/y#z",
        "{a}#{b}#END; x#y#END#END; x/y#END",
        "{a}#END; x#END#END; x#END",
        "{a}##{b}; x###y; x/#y",
        "#PROFILE#{id}; #PROFILE#Google_123; Google_123",
        "PROFILE; PROFILE; ''",
        "PROFILE; PROFILES; none",
        "{}; anything; anything",
        "a{{{x}}}b; a{7}b; 7",
        "{stadt}/{straße}; Köln/Straße des 17. Juni; Köln/Straße des 17. Juni",
      })
  void takesKeysApartAtTheFirstLiteralAndLeavesTheRestToTheLast(
      String pattern, String key, String parts) {
    Optional<String> found =
        KeyPattern.parse(pattern).match(key).map(each -> String.join("/", each));

    assertThat(found.orElse("none")).isEqualTo(parts);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "''; the pattern is empty; write {} for any key",
        "{a}{b}; two placeholders without text between them",
        "ORDER#{id; a { without }; close the placeholder, or write {{ for a brace",
        "ORDER#id}; a } without {; write }} for a brace",
        "{a{b}; a { inside a placeholder",
        "{a}#{a}; two placeholders are called a; give one of them another name, or none: {}",
      },
      ignoreLeadingAndTrailingWhitespace = true)
  void refusesWhatNobodyCouldRead(String pattern, String reason) {
    assertThatThrownBy(() -> KeyPattern.parse(pattern)).hasMessageContaining(reason);
  }

  @Test
  void refusesHalfACharacterAndPatternsLongerThanKeys() {
    assertThatThrownBy(() -> KeyPattern.parse("A#\ud800{id}"))
        .hasMessageContaining("half of a surrogate pair");
    assertThatThrownBy(() -> KeyPattern.parse("A".repeat(2049)))
        .hasMessageContaining("more than 50 placeholders or 2048 bytes; shorten it");
    assertThatThrownBy(() -> KeyPattern.parse("{}#".repeat(51)))
        .hasMessageContaining("more than 50 placeholders or 2048 bytes; shorten it");
  }

  @Property(tries = 2000)
  void takesKeysApartAsTheRegularExpressionDoesThatSaysTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    KeyPattern pattern = KeyPattern.parse(randomPattern(random));
    String key = random.nextBoolean() ? randomText(random, 12) : fill(pattern, random);
    StringBuilder expression = new StringBuilder();
    List<String> literals = literals(pattern.text());
    for (int i = 0; i < literals.size(); i++) {
      boolean last = i == literals.size() - 1;
      expression.append(Pattern.quote(literals.get(i)));
      if (!last) {
        expression.append(i == literals.size() - 2 ? "(.+)" : "(.+?)");
      }
    }
    Matcher matcher = Pattern.compile(expression.toString(), Pattern.DOTALL).matcher(key);
    List<String> expected = new ArrayList<>();
    boolean fits = matcher.matches();
    for (int i = 1; fits && i <= matcher.groupCount(); i++) {
      expected.add(matcher.group(i));
    }

    assertThat(pattern.match(key)).isEqualTo(fits ? Optional.of(expected) : Optional.empty());
  }

  @Property(tries = 500)
  void readsWhatItWrites(@ForAll long seed) {
    Random random = new Random(seed);
    String literal = randomText(random, 10) + "{}";
    KeyPattern pattern = KeyPattern.ofLiteral(literal);

    assertThat(pattern.isLiteral()).isTrue();
    assertThat(pattern.match(literal)).contains(List.of());
    assertThat(KeyPattern.parse(pattern.text())).isEqualTo(pattern);
  }

  private static String randomPattern(Random random) {
    StringBuilder pattern = new StringBuilder(random.nextBoolean() ? "" : literal(random));
    int placeholders = random.nextInt(4);
    for (int i = 0; i < placeholders; i++) {
      pattern.append(i == 0 ? "" : literal(random)).append("{}");
    }
    pattern.append(placeholders == 0 || random.nextBoolean() ? literal(random) : "");
    return pattern.toString();
  }

  private static String literal(Random random) {
    return KeyPattern.escape(randomText(random, 3));
  }

  /** Few characters, so that literals occur by chance. */
  private static String randomText(Random random, int most) {
    String[] alphabet = {"#", "a", "b", "{", "}", "é", "😀"};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      text.append(alphabet[random.nextInt(alphabet.length)]);
    }
    return text.toString();
  }

  private static String fill(KeyPattern pattern, Random random) {
    List<String> literals = literals(pattern.text());
    StringBuilder key = new StringBuilder(literals.get(0));
    for (String literal : literals.subList(1, literals.size())) {
      key.append(randomText(random, 4)).append(literal);
    }
    return key.toString();
  }

  /** The literals around the placeholders, which have no names here. */
  private static List<String> literals(String pattern) {
    List<String> literals = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      String two = pattern.substring(i, Math.min(pattern.length(), i + 2));
      if (two.equals("{{") || two.equals("}}")) {
        literal.append(two.charAt(0));
        i++;
      } else if (two.equals("{}")) {
        literals.add(literal.toString());
        literal.setLength(0);
        i++;
      } else {
        literal.append(two.charAt(0));
      }
    }
    literals.add(literal.toString());
    return literals;
  }
}
