using Harness.Crypto.AugPake;
using Harness.Crypto.Groups;
using Harness.Schemes;

namespace Harness.Brokers.Load;

/// <summary>Measures logins a second: connect, log in, leave, by several clients at once.</summary>
public static class LoginLoad
{
    /// <summary>Clients that log in at once.</summary>
    public const int Clients = 8;

    /// <summary>Measures plain logins: CONNECT with the broker's user and password, or without.</summary>
    /// <inheritdoc cref="MeasureAsync"/>
    public static Task<LoginResult> PlainAsync(BrokerUnderTest broker, BrokerProcessInfo? process, TimeSpan warmUp, TimeSpan duration, CancellationToken stop) => MeasureAsync(
        broker.User is null ? "none" : "password", process, warmUp, duration,
        async client =>
        {
            using var connection = await LoadConnection.OpenAsync(broker, $"{broker.Prefix}-login-{client}", stop).ConfigureAwait(false);
        },
        stop);

    /// <summary>Measures AugPAKE logins, as each of several clients would make them.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="identities">The enrolled identities; each client takes one.</param>
    /// <param name="process">The broker's process; null where it is not known.</param>
    /// <param name="warmUp">Time before, whose logins are not counted.</param>
    /// <param name="duration">Measured time.</param>
    /// <param name="stop">Stops it.</param>
    /// <param name="judges">False for a <see cref="BareServer"/>, which proves nothing.</param>
    public static async Task<LoginResult> AugPakeAsync(
        BrokerUnderTest broker, IReadOnlyList<PartyIdentity> identities, BrokerProcessInfo? process, TimeSpan warmUp, TimeSpan duration, CancellationToken stop, bool judges = true)
    {
        var (group, profile) = (AugPakeGroup.ByName(identities[0].Group), AugPakeProfiles.Parse(identities[0].Profile));
        var parties = new List<HostParty>();
        try
        {
            for (var client = 0; client < Clients; client++)
            {
                var party = new HostParty($"client {client}");
                parties.Add(party);
                await party.ProvisionAsync(Identity(client), stop).ConfigureAwait(false);
            }

            return await MeasureAsync(
                AugPakeMethod.Of(profile, group), process, warmUp, duration,
                client => LoginConnection.LogInAsync(broker, parties[client], Identity(client), judges, stop), stop).ConfigureAwait(false);
        }
        finally
        {
            parties.ForEach(party => party.Dispose());
        }

        PartyIdentity Identity(int client) => identities[client % identities.Count];
    }

    /// <summary>Counts logins in a time.</summary>
    /// <exception cref="MqttException">The broker is not there, or a login was refused.</exception>
    private static async Task<LoginResult> MeasureAsync(
        string method, BrokerProcessInfo? process, TimeSpan warmUp, TimeSpan duration, Func<int, Task> logIn, CancellationToken stop)
    {
        // Before it counts: the code of both sides is compiled, by .NET in several stages beside what runs, and a refusal shows at once.
        await CountAsync(warmUp, logIn, stop).ConfigureAwait(false);
        var (begun, before) = (Stopwatch.GetTimestamp(), process?.ProcessorTime());
        var count = await CountAsync(duration, logIn, stop).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(begun);
        return new LoginResult(method, count / took.TotalSeconds, count, (process?.ProcessorTime() - before)?.TotalSeconds / count);
    }

    private static async Task<long> CountAsync(TimeSpan duration, Func<int, Task> logIn, CancellationToken stop)
    {
        var (begun, count) = (Stopwatch.GetTimestamp(), 0L);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(
            async () =>
            {
                do
                {
                    stop.ThrowIfCancellationRequested();
                    await logIn(client).ConfigureAwait(false);
                    Interlocked.Increment(ref count);
                }
                while (Stopwatch.GetElapsedTime(begun) < duration);
            },
            stop))).ConfigureAwait(false);
        return count;
    }
}
