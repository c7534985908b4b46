package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class DynamoDbLocalServerTest {
  private final DynamoDbLocalServer server = DynamoDbLocalServer.shared();
  private final DynamoDbClient client = server.client();

  @Test
  void itemsComeBackAsDynamoDbKeepsThem() {
    server.createTable("smoke", "pk", "S");
    Map<String, AttributeValue> item =
        Map.of(
            "pk",
            AttributeValue.fromS("a"),
            "n",
            AttributeValue.fromN("00123456789012345678901234567890123456.780"),
            "ns",
            AttributeValue.fromNs(List.of("3", "1.0")));

    client.putItem(put -> put.tableName("smoke").item(item));

    Map<String, AttributeValue> back =
        client.getItem(get -> get.tableName("smoke").key(Map.of("pk", item.get("pk")))).item();
    assertThat(back.get("n").n()).isEqualTo("123456789012345678901234567890123456.78");
    assertThat(back.get("ns").ns()).containsExactlyInAnyOrder("1", "3");
  }

  @Test
  void whatDynamoDbRefusesIsRefused() {
    server.createTable("refusing", "pk", "S");

    assertThatThrownBy(
            () ->
                client.putItem(
                    put ->
                        put.tableName("refusing")
                            .item(
                                Map.of(
                                    "pk",
                                    AttributeValue.fromS("a"),
                                    "n",
                                    AttributeValue.fromN("1E+126")))))
        .isInstanceOf(DynamoDbException.class)
        .hasMessageContaining("Number overflow");
  }
}
