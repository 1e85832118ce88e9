namespace Harness.Sessions.Broker;

/// <summary>Bounds of the broker in words for a log and a record; names that clients chose are quoted and escaped.</summary>
public static class LimitWords
{
    /// <summary>The bound in a word or two, for a record's fault: <c>queue full</c>.</summary>
    public static string Kind(BrokerLimit limit) => limit switch
    {
        BrokerLimit.StalledReader => "stalled reader",
        BrokerLimit.QueueFull => "queue full",
        BrokerLimit.Expired => "expired",
        BrokerLimit.Delayed => "delayed",
        BrokerLimit.ReceiveFull => "receive full",
        BrokerLimit.RetainedFull => "retained full",
        BrokerLimit.UnfinishedConnections => "unfinished connections",
        BrokerLimit.Connections => "connections",
        _ => "kept sessions",
    };

    /// <summary>One event in words.</summary>
    public static string Of(BrokerLimitReached reached)
    {
        ArgumentNullException.ThrowIfNull(reached);
        return reached switch
        {
            { Limit: BrokerLimit.Delayed } => "delayed " + Lost(reached.Limit, reached.ClientId ?? BrokerLosses.Others, reached.Messages),
            { Messages: > 0 } => "dropped " + Lost(reached.Limit, reached.ClientId ?? BrokerLosses.Others, reached.Messages),
            { Limit: BrokerLimit.StalledReader } => $"{Name(reached)} was disconnected as it did not read",
            { Limit: BrokerLimit.UnfinishedConnections } => $"{Counted(reached.Connections, "connection", "connections")} of {reached.Address} closed before CONNECT was whole, to let newer ones in",
            { Limit: BrokerLimit.Connections } => $"{Name(reached)} refused: as many are connected as may be ({Counted(reached.Connections, "refusal", "refusals")} of {reached.Address})",
            { Limit: BrokerLimit.KeptSessions } => $"the session of {Name(reached)} is not kept: as many are kept as may be",
            _ => $"{Name(reached)}: {Kind(reached.Limit)}",
        };
    }

    /// <summary>Messages that one client misses, in words.</summary>
    public static string Lost(BrokerLimit limit, string client, long messages)
    {
        var (many, name) = (Counted(messages, "message", "messages"), ForeignText.Quote(client));
        return limit switch
        {
            BrokerLimit.StalledReader => $"{many} for {name}, which was disconnected as it did not read",
            BrokerLimit.Expired => $"{many} for {name}, whose lifetime was over before {(messages == 1 ? "it" : "they")} could be sent",
            BrokerLimit.Delayed => $"{many} for {name}, by more than the broker may take itself",
            BrokerLimit.ReceiveFull => $"{many} of {name}, as no more identifiers of QoS 2 can be kept",
            BrokerLimit.RetainedFull => $"{many} of {name}, as no more can be retained",
            _ => $"{many} for {name}, whose queue was full",
        };
    }

    private static string Name(BrokerLimitReached reached) => reached.ClientId is { } client ? ForeignText.Quote(client) : reached.Address?.ToString() ?? "(unknown)";

    private static string Counted(long number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");
}
