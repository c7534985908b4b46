package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberProfileTest {
  @Provide
  Arbitrary<List<String>> numbers() {
    Arbitrary<BigInteger> digits =
        Arbitraries.integers()
            .between(1, 38)
            .flatMap(length -> Arbitraries.strings().numeric().ofLength(length))
            .map(BigInteger::new);
    Arbitrary<String> decimals =
        Combinators.combine(
                digits,
                Arbitraries.integers().between(-80, 125),
                Arbitraries.of(true, false),
                Arbitraries.of(true, false))
            .as(
                (unscaled, scale, negative, plain) -> {
                  BigDecimal number =
                      new BigDecimal(negative ? unscaled.negate() : unscaled, scale);
                  return plain ? number.toPlainString() : number.toString();
                });
    Arbitrary<String> usual =
        Combinators.combine(
                Arbitraries.longs().between(-100_000, 100_000),
                Arbitraries.integers().between(0, 4))
            .as((unscaled, scale) -> BigDecimal.valueOf(unscaled, scale).toPlainString());
    return Arbitraries.oneOf(
            decimals,
            usual,
            Arbitraries.longs().map(String::valueOf),
            Arbitraries.of(
                "0",
                "-0",
                "0.00",
                "007",
                "+5",
                "1.50",
                "9223372036854775807",
                "9223372036854775808",
                "-9223372036854775808",
                "-9223372036854775809",
                "0.1",
                "0.10000000000000001",
                "9007199254740993",
                "9007199254740992.5",
                "1E2",
                "1e-130"))
        .list()
        .ofMaxSize(12);
  }

  @Property
  void agreesWithBigDecimal(@ForAll("numbers") List<String> texts) {
    NumberProfile profile = profile(texts);
    assertThat(profile.count()).isEqualTo(texts.size());
    int integerDigits = 0;
    int scale = 0;
    int significant = 0;
    boolean allLong = true;
    for (String text : texts) {
      BigDecimal number = new BigDecimal(text).stripTrailingZeros();
      boolean zero = number.signum() == 0;
      integerDigits = Math.max(integerDigits, zero ? 0 : number.precision() - number.scale());
      scale = Math.max(scale, number.scale());
      significant = Math.max(significant, zero ? 0 : number.precision());
      allLong &= number.scale() <= 0 && number.toBigInteger().bitLength() <= 63;
    }
    assertThat(profile.bounds()).isEqualTo(new NumberBounds(allLong, integerDigits, scale));
    assertThat(profile.maxSignificantDigits()).isEqualTo(significant);
    if (!texts.isEmpty()) {
      List<BigDecimal> sorted = texts.stream().map(BigDecimal::new).sorted().toList();
      assertThat(profile.min()).isEqualByComparingTo(sorted.get(0));
      assertThat(profile.max()).isEqualByComparingTo(sorted.get(sorted.size() - 1));
    }
  }

  @Property
  void mergingEqualsObservingAll(
      @ForAll("numbers") List<String> left, @ForAll("numbers") List<String> right) {
    NumberProfile merged = profile(left);
    merged.merge(profile(right));
    List<String> all = new ArrayList<>(right);
    Collections.reverse(all);
    all.addAll(left);
    assertThat(merged).isEqualTo(profile(all));
  }

  @Property
  void numbersReadAlreadyAreTakenInAlike(@ForAll("numbers") List<String> texts) {
    List<String> plain =
        texts.stream().filter(text -> text.matches("-?[0-9]{1,9}(\\.[0-9]{1,9})?")).toList();
    NumberProfile read = new NumberProfile();
    for (String text : plain) {
      int point = text.indexOf('.');
      read.observe(
          Long.parseLong(text.replace(".", "")), point < 0 ? 0 : text.length() - 1 - point);
    }
    assertThat(read).isEqualTo(profile(plain));
  }

  private static NumberProfile profile(List<String> texts) {
    NumberProfile profile = new NumberProfile();
    for (String text : texts) {
      // in the middle of a longer array, as on a tape
      byte[] bytes = ("9" + text + "9").getBytes(StandardCharsets.US_ASCII);
      profile.observe(bytes, 1, bytes.length - 1);
    }
    return profile;
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "1 2 3; bigint",
        "9223372036854775807 -9223372036854775808; bigint",
        "1.0 2.00; bigint",
        "1E3; bigint",
        "9223372036854775808; decimal(38,0)",
        "100000000000000000000; decimal(38,0)",
        "1.5; decimal(18,1)",
        "99.99 1; decimal(18,2)",
        "9999999999999999.99; decimal(18,2)",
        "99999999999999999.99; decimal(38,2)",
        "0.000000000000000001; decimal(18,18)",
        "1.000000000000000001; decimal(38,18)",
        "12345678901234567890.123456789012345678; decimal(38,18)",
        "12345678901234567890.1234567890123456789; string",
        "1E+37; decimal(38,0)",
        "1E+38; string",
        "1E-38; decimal(38,38)",
        "1E-39; string",
        "1 1E-38; string",
      })
  void exactTypeHoldsEveryNumber(String numbers, String type) {
    assertThat(profile(List.of(numbers.split(" "))).bounds().exactType().sql()).isEqualTo(type);
  }
}
