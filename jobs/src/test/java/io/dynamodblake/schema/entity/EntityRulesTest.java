package io.dynamodblake.schema.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.testing.Serialization;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityRulesTest {
  private static final String SHOP =
      """
      {
        "format" : "dynamodb-lake/entities",
        "formatVersion" : 1,
        "keys" : [ "PK", "SK" ],
        "entities" : [ {
          "name" : "order",
          "match" : [ {
            "attribute" : "_et",
            "values" : [ "Order", "ORDER" ]
          }, {
            "keys" : {
              "PK" : "CUSTOMER#{customer_id}",
              "SK" : "ORDER#{order_id}"
            }
          } ],
          "partitionBy" : [ "day(created_at)" ],
          "sortBy" : [ "order_id" ]
        }, {
          "name" : "customer",
          "match" : [ {
            "attribute" : "_et",
            "values" : [ "Customer" ],
            "keys" : {
              "PK" : "CUSTOMER#{}"
            }
          } ]
        } ],
        "remainder" : "other"
      }
      """;

  @Test
  void writesWhatItReads() {
    EntityRules rules = EntityRules.fromJson(SHOP);

    assertThat(rules.toJson()).isEqualTo(SHOP);
    assertThat(rules.tables()).containsExactly("order", "customer", "other");
    assertThat(rules.entities().get(0).parts()).containsExactly("customer_id", "order_id");
    assertThat(Serialization.roundTrip(rules)).isEqualTo(rules);
  }

  @Test
  void cleansNamesAndCallsTheRemainderOtherUnlessTold() {
    EntityRules rules =
        EntityRules.fromJson(
            """
            {"format": "dynamodb-lake/entities", "formatVersion": 1, "keys": ["PK"], "entities": [
              {"name": "Order Line", "match": [{"keys": {"PK": "O#{}"}}]},
              {"name": "__Größe", "match": [{"keys": {"PK": "G#{}"}}]},
              {"name": "2fa", "match": [{"keys": {"PK": "2FA#{}"}}]}]}
            """);

    assertThat(rules.tables()).containsExactly("order_line", "gro_e", "2fa", "other");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\"dynamodb-lake/entities\"; \"dynamodb-lake-schema\"; file: \"format\" is not \"dynamodb-lake/entities\"; use a file that inspect wrote, or a NoSQL Workbench model",
        "\"formatVersion\" : 1; \"formatVersion\" : 2; file: \"formatVersion\" is above 1, the one this release reads; use the release that wrote it",
        "\"remainder\"; \"rest\"; file: unknown member \"rest\"; known are format, formatVersion, keys, entities, remainder",
        "\"remainder\" : \"other\"; \"remainder\" : \"order\"; file: the names 'order' and 'order' both become order; rename one of them",
        "\"name\" : \"customer\"; \"name\" : \"Order\"; entity 'Order': the names 'order' and 'Order' both become order; rename one of them",
        "\"name\" : \"customer\"; \"name\" : \"_dynamodb\", \"a\" : 1; entity '_dynamodb': unknown member \"a\"",
        "\"name\" : \"customer\"; \"name\" : \"History\"; entity 'History': the name 'History' cannot be that of a table in a lake; choose another",
        "\"name\" : \"customer\"; \"name\" : \"___\"; the name '___' cannot be that of a table in a lake",
        "\"name\" : \"customer\"; \"nom\" : \"customer\"; entity 2: \"name\" is missing; write \"name\": \"...\"",
        "\"Customer\" ],; \"Customer\", 7 ],; match 1 of entity 'customer': \"values\" holds something that is no text, or an empty one",
        "[ \"Customer\" ],; [ ],; match 1 of entity 'customer': \"values\" is empty; write the texts that the attribute has",
        "[ \"Customer\" ],; [ \"\\ud800\" ],; \"values\" holds half of a surrogate pair",
        "\"values\" : [ \"Customer\" ],; ``; match 1 of entity 'customer': \"attribute\" and \"values\" go together; write both, or \"keys\" alone",
        "\"SK\" : \"ORDER#{order_id}\"; \"GSI1PK\" : \"ORDER#{order_id}\"; \"keys\" of match 2 of entity 'order': GSI1PK is not one of the table's keys; name it in the \"keys\" of the file, if it is one",
        "ORDER#{order_id}; ORDER#{customer_id}; match 2 of entity 'order': two keys have a placeholder called customer_id; give one of them another name, or none: {}",
        "ORDER#{order_id}; ORDER#{; \"keys\" of match 2 of entity 'order': pattern of SK: a { without }; close the placeholder",
        "day(created_at); week(created_at); entity 'order': \"partitionBy\": 'week(created_at)' is not a partition; write a column",
        "[ \"PK\", \"SK\" ]; [ \"PK\", \"PK\" ]; file: \"keys\" has the same attribute twice; remove one of them",
        "[ \"PK\", \"SK\" ]; [ \"PK\", \"SK\", \"GSI1PK\" ]; file: \"keys\" has 3 elements, more than 2; leave some out",
        "[ \"order_id\" ]; \"order_id\"; entity 'order': \"sortBy\" is not a list; write \"sortBy\": [ ... ]",
        "\"formatVersion\" : 1,; \"formatVersion\" : 1, \"formatVersion\" : 1,; Cannot read entities: not JSON at line 3",
      })
  void refusesWhatNobodyCouldObeyAndSaysWhere(String before, String after, String reason) {
    assertThat(SHOP).contains(before);

    assertThatThrownBy(() -> EntityRules.fromJson(SHOP.replace(before, after)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot read entities: ")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesAMatchThatSaysNothingAndAnEntityWithoutAny() {
    String none =
        SHOP.replaceFirst("(?s)\"match\" : \\[ \\{.*?} ],\\s*\"partitionBy\"", "\"partitionBy\"");
    assertThatThrownBy(() -> EntityRules.fromJson(none))
        .hasMessageContaining(
            "entity 'order': \"match\" is missing or empty, so no item would be of this kind");
    String nothing =
        SHOP.replaceFirst(
            "(?s)\"match\" : \\[ \\{.*?} ],\\s*\"partitionBy\"",
            "\"match\" : [ {} ], \"partitionBy\"");
    assertThatThrownBy(() -> EntityRules.fromJson(nothing))
        .hasMessageContaining(
            "match 1 of entity 'order': it says nothing; write \"attribute\" and \"values\", or \"keys\" with a pattern");
  }

  @Test
  void refusesMoreThanAPersonWouldWrite() {
    String entities =
        IntStream.rangeClosed(0, 1000)
            .mapToObj(i -> "{\"name\": \"e" + i + "\", \"match\": [{\"keys\": {\"PK\": \"E\"}}]}")
            .collect(Collectors.joining(","));
    String many =
        "{\"format\": \"dynamodb-lake/entities\", \"formatVersion\": 1, \"keys\": [\"PK\"], \"entities\": [%s]}"
            .formatted(entities);

    assertThatThrownBy(() -> EntityRules.fromJson(many))
        .hasMessageContaining("\"entities\" has 1001 elements, more than 1000; leave some out");
    assertThatThrownBy(() -> EntityRules.fromJson(" ".repeat((16 << 20) + 1)))
        .hasMessageContaining("the file has more than 16777216 characters");
    assertThatThrownBy(() -> EntityRules.fromJson("[".repeat(100_000)))
        .isInstanceOf(DataRefusedException.class);
    assertThat(List.of("", "7", "[]", "null"))
        .allSatisfy(
            text ->
                assertThatThrownBy(() -> EntityFile.read(text, "shop"))
                    .isInstanceOf(DataRefusedException.class)
                    .hasMessageContaining("\"format\" is not"));
  }
}
