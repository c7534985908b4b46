package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HashKeyTest {
  private static final byte[] KEY = bytes("0123456789abcdef0123456789abcdef");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void theFingerprintTellsKeysApartAndShowsNothingThatTheKeyMakes() {
    HashKey key = HashKey.of(KEY);
    String label = "dynamodb-lake: fingerprint of a hash key";

    assertThat(key.fingerprint())
        .matches("[0-9a-f]{16}")
        .isEqualTo(HashKey.of(KEY.clone()).fingerprint())
        .isNotEqualTo(HashKey.of(bytes("0123456789abcdef0123456789abcdeF")).fingerprint());
    assertThat(HexFormat.of().formatHex(key.mac().doFinal(bytes(label))))
        .as("the hash of a value that is that text")
        .doesNotStartWith(key.fingerprint());
  }

  @Test
  void aKeyIsNotShown() {
    assertThat(HashKey.of(KEY))
        .hasToString("HashKey[" + HashKey.of(KEY).fingerprint() + "]")
        .matches(HashKey::isPresent);
    assertThat(HashKey.NONE.isPresent()).isFalse();
    assertThat(HashKey.NONE.fingerprint()).isEmpty();
  }

  @Test
  void aKeyThatCouldBeGuessedIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> HashKey.of(bytes("secret")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it has 6 bytes, and fewer than 32 can be guessed");
  }
}
