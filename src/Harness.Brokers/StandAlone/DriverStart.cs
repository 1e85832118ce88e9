namespace Harness.Brokers.StandAlone;

/// <summary>The start of a broker's program, which takes no port 0.</summary>
internal static class DriverStart
{
    private const int Tries = 4;
    private static readonly string[] Taken = ["already in use", "eaddrinuse"];

    /// <summary>Starts a broker on the rig's port, or on one that is free. One that was free just now may be taken, so another one is tried.</summary>
    public static async Task<IMqttBroker> RunAsync(MqttBrokerOptions options, Func<int, StandAloneParts> start, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var parts = start(options.Port == 0 ? BrokerProcess.FreePort() : options.Port);
            try
            {
                return await StandAloneBroker.StartAsync(parts, options, cancellationToken).ConfigureAwait(false);
            }
            catch (MqttNotConnectedException) when (options.Port == 0 && tries < Tries && Taken.Any(words => parts.WordsAtEnd.Contains(words, StringComparison.OrdinalIgnoreCase)))
            {
                // Taken meanwhile.
            }
        }
    }

    /// <summary>Refuses rights that a driver does not set up.</summary>
    /// <exception cref="MqttNotConnectedException">It sets up others.</exception>
    public static void RefuseRights(string kind, BrokerSetup setup, params BrokerRights[] known)
    {
        if (!known.Contains(setup.Rights))
        {
            throw new MqttNotConnectedException($"the driver {kind} sets up no such rights; next: leave rights out of the rig's broker, or take kind: mosquitto");
        }
    }

    /// <summary>Refuses a user or password that a broker's own file would read as something else.</summary>
    /// <param name="kind">The driver.</param>
    /// <param name="login">User and password; null for none.</param>
    /// <param name="without">Characters that the file gives another meaning.</param>
    /// <exception cref="MqttNotConnectedException">One of them is there. The message has neither.</exception>
    public static void RefuseWords(string kind, BrokerLogin? login, string without)
    {
        if (login is null)
        {
            return;
        }

        foreach (var (what, text) in new[] { ("user", login.User), ("password", System.Text.Encoding.UTF8.GetString(login.Password.Span)) })
        {
            if (text.Length == 0 || text.Any(c => c is <= ' ' or > '~' || without.Contains(c, StringComparison.Ordinal)))
            {
                throw new MqttNotConnectedException($"the {what} of the rig's broker cannot stand in the settings of {kind}: expected printable ASCII without blanks and without {string.Join(' ', without.AsEnumerable())}; next: choose another");
            }
        }
    }

    /// <summary>Ends what was started of a broker that cannot be started whole.</summary>
    public static void End(StandAloneParts parts)
    {
        parts.Process?.Dispose();
        parts.Helper?.Dispose();
        parts.Files?.Dispose();
    }
}
