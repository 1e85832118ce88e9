using System.Reflection;

namespace Harness.Brokers.Conformance;

/// <summary>Declares that a method decides a numbered normative statement of MQTT at a broker. A method may decide the same statement of both versions.</summary>
/// <param name="version">The version of MQTT.</param>
/// <param name="number">Its number in that version's standard, as <c>MQTT-3.1.2-24</c>.</param>
/// <param name="demand">The demand in short, as a sentence about the broker.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class StatementAttribute(MqttVersion version, string number, string demand) : Attribute
{
    public MqttVersion Version { get; } = version;

    public string Number { get; } = number;

    public string Demand { get; } = demand;
}

/// <summary>A normative statement that can be decided at a broker.</summary>
/// <param name="Version">The version of MQTT.</param>
/// <param name="Number">Its number in that version's standard.</param>
/// <param name="Demand">The demand in short.</param>
public sealed record Statement(MqttVersion Version, string Number, string Demand)
{
    private readonly Func<Conversation, Task<Finding>> _decide = null!;

    private Statement(MqttVersion version, string number, string demand, Func<Conversation, Task<Finding>> decide)
        : this(version, number, demand) => _decide = decide;

    /// <summary>Every statement, by version and number.</summary>
    public static IReadOnlyList<Statement> All { get; } =
        [.. from type in typeof(Statement).Assembly.GetTypes()
            where type.Namespace == typeof(Statement).Namespace
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            from declared in method.GetCustomAttributes<StatementAttribute>()
            orderby declared.Version, Order(declared.Number), declared.Number
            select new Statement(
                declared.Version, declared.Number, declared.Demand,
                method.CreateDelegate<Func<Conversation, Task<Finding>>>())];

    /// <summary>The version in words, as <c>3.1.1</c>.</summary>
    public string VersionName => Version == MqttVersion.V5 ? "5.0" : "3.1.1";

    /// <summary>Decides it at a broker. Whatever breaks on the way leaves it undecided.</summary>
    public async Task<Finding> DecideAsync(BrokerUnderTest broker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(broker);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(broker.StatementWithin);
        using var talk = new Conversation(broker, Version, Number, limit.Token);
        try
        {
            return await _decide(talk).ConfigureAwait(false);
        }
        catch (NothingSeenException e)
        {
            return Finding.NotDecided(e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.NotDecided($"undecided after {broker.StatementWithin.TotalSeconds:0} s");
        }
    }

    private static long Order(string number) => number["MQTT-".Length..].Split('.', '-').Aggregate(0L, (sum, part) => (sum * 1000) + int.Parse(part, CultureInfo.InvariantCulture));
}

/// <summary>The verdict on one statement.</summary>
public enum ConformanceVerdict
{
    /// <summary>The broker did as the statement demands.</summary>
    Conforms,

    /// <summary>The broker did otherwise.</summary>
    Violates,

    /// <summary>The statement is about a feature that the broker says it does not offer.</summary>
    OptionalFeatureAbsent,

    /// <summary>Nothing was seen that decides it: a login was refused, a time limit passed, the connection broke.</summary>
    NotDecided,
}

/// <summary>The outcome of one statement.</summary>
/// <param name="Verdict">Verdict.</param>
/// <param name="Seen">The broker's doing, in words.</param>
public sealed record Finding(ConformanceVerdict Verdict, string Seen)
{
    internal static Finding Conforms(string seen) => new(ConformanceVerdict.Conforms, seen);

    internal static Finding Violates(string seen) => new(ConformanceVerdict.Violates, seen);

    internal static Finding Absent(string seen) => new(ConformanceVerdict.OptionalFeatureAbsent, seen);

    internal static Finding NotDecided(string seen) => new(ConformanceVerdict.NotDecided, seen);

    /// <summary>Conforms where a condition holds, violates where it does not.</summary>
    internal static Finding Of(bool conforms, string seen) => new(conforms ? ConformanceVerdict.Conforms : ConformanceVerdict.Violates, seen);
}
