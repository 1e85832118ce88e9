namespace Harness.Brokers.Tests.Conformance;

/// <summary>Holds the table of coverage to the statements there are and to the violations that other tests find at the brokers themselves.</summary>
public sealed class ConformanceTableTests
{
    private static readonly string[] Words = ["conforms", "VIOLATES", "absent", "not decided"];

    private static IEnumerable<TestCaseData> Brokers()
    {
        yield return new TestCaseData("ours", (IReadOnlyList<string>)[]).SetArgDisplayNames("ours");
        yield return new TestCaseData("mosquitto", KnownViolations.OfMosquitto).SetArgDisplayNames("mosquitto");
        yield return new TestCaseData("mqttnet", KnownViolations.OfMqttNet).SetArgDisplayNames("mqttnet");
        yield return new TestCaseData("rabbitmq", KnownViolations.OfRabbitMq).SetArgDisplayNames("rabbitmq");
        yield return new TestCaseData("activemq", KnownViolations.OfActiveMq).SetArgDisplayNames("activemq");
    }

    [Test]
    public void Every_statement_has_a_row() => Assert.That(
        ConformanceTable.Rows.Select(r => $"{r.Version} {r.Number} {r.Demand}"), Is.EqualTo(BrokerStatement.All.Select(s => $"{s.VersionName} {s.Number} {s.Demand.Replace("|", "\\|", StringComparison.Ordinal)}")));

    [TestCaseSource(nameof(Brokers))]
    public void A_broker_s_violations_are_those_that_are_found_there(string broker, IReadOnlyList<string> violated)
    {
        Assert.That(ConformanceTable.With(broker, "VIOLATES"), Is.EquivalentTo(violated));
        Assert.That(ConformanceTable.Rows.Select(r => r.Verdicts[broker]), Is.All.AnyOf(Words));
    }
}
