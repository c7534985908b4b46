package io.dynamodblake.lake.items;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.Tapes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ItemKeysTest {
  private static final ItemKeys KEYS = keys("größe:S", "sk:N");

  private final CanonicalItem canonical = new CanonicalItem();

  private static ItemKeys keys(String... texts) {
    return new ItemKeys(Stream.of(texts).map(KeyAttribute::parse).toList());
  }

  private List<Long> digest(ItemKeys keys, String item) throws Exception {
    assertThat(keys.digest(canonical, Tapes.ofItem(item))).isTrue();
    return List.of(canonical.high(), canonical.low());
  }

  @Test
  void equalKeysHaveOneDigestWhateverElseIsInTheirItems() throws Exception {
    List<Long> digest = digest(KEYS, "{\"größe\":{\"S\":\"x\"},\"sk\":{\"N\":\"1\"}}");

    assertThat(digest(KEYS, "{\"sk\":{\"N\":\"1.0\"},\"v\":{\"S\":\"y\"},\"größe\":{\"S\":\"x\"}}"))
        .isEqualTo(digest);
    assertThat(digest(KEYS, "{\"größe\":{\"S\":\"x\"},\"sk\":{\"N\":\"2\"}}")).isNotEqualTo(digest);
  }

  @Test
  void anItemWithoutAKeyAttributeHasNoDigest() throws Exception {
    ItemTape tape = Tapes.ofItem("{\"größe\":{\"S\":\"x\"}}");
    int[] nodes = new int[KEYS.size()];
    KEYS.find(tape, nodes);

    assertThat(KEYS.digest(canonical, tape)).isFalse();
    assertThat(nodes[0]).isNotNegative();
    assertThat(nodes[1]).isNegative();
  }

  @Test
  void aKeyIsShownWithItsValuesInTheOrderOfTheItem() throws Exception {
    ItemTape tape =
        Tapes.ofItem("{\"sk\":{\"N\":\"1\"},\"v\":{\"S\":\"secret\"},\"größe\":{\"S\":\"x\"}}");

    assertThat(KEYS.valuesOf(tape)).isEqualTo("sk={\"N\":\"1\"} größe={\"S\":\"x\"}");
  }

  @Test
  void withoutAttributesItemsArePairedAsWholes() {
    assertThat(keys().isEmpty()).isTrue();
    assertThat(KEYS.isEmpty()).isFalse();
  }

  @Test
  void keysAreWrittenAsTheyAreRead() {
    assertThat(KeyAttribute.texts(KEYS.attributes())).containsExactly("größe:S", "sk:N");
  }
}
