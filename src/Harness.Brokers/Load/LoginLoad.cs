using Harness.Crypto.AugPake;
using Harness.Crypto.Groups;
using Harness.Schemes;
using Harness.Sessions.Login;

namespace Harness.Brokers.Load;

/// <summary>Measures logins a second: connect, log in, leave, by several clients at once.</summary>
public static class LoginLoad
{
    /// <summary>Clients that log in at once.</summary>
    public const int Clients = 8;
    private const int Computations = 40;

    /// <summary>Measures plain logins: CONNECT with the broker's user and password, or without.</summary>
    /// <inheritdoc cref="MeasureAsync"/>
    public static Task<LoginResult> PlainAsync(BrokerUnderTest broker, BrokerProcessInfo? process, TimeSpan duration, CancellationToken stop) => MeasureAsync(
        broker.User is null ? "none" : "password", process, duration, null,
        async client =>
        {
            using var connection = await LoadConnection.OpenAsync(broker, $"{broker.Prefix}-login-{client}", stop).ConfigureAwait(false);
        },
        stop);

    /// <summary>Measures AugPAKE logins of one account, as each of several clients would make them.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="identities">The enrolled identities; each client takes one.</param>
    /// <param name="process">The broker's process; null where it is not known.</param>
    /// <param name="duration">Measured time.</param>
    /// <param name="stop">Stops it.</param>
    public static Task<LoginResult> AugPakeAsync(
        BrokerUnderTest broker, IReadOnlyList<PartyIdentity> identities, BrokerProcessInfo? process, TimeSpan duration, CancellationToken stop)
    {
        var (group, profile) = (AugPakeGroup.ByName(identities[0].Group), AugPakeProfiles.Parse(identities[0].Profile));
        return MeasureAsync(AugPakeMethod.Of(profile, group), process, duration, ComputationOf(group, profile), LogInAsync, stop);

        async Task LogInAsync(int client)
        {
            var identity = identities[client % identities.Count];
            using var party = new HostParty(identity.Client);
            await party.ProvisionAsync(identity, stop).ConfigureAwait(false);
            await using var connection = await MqttClient.ConnectAsync(
                new MqttClientOptions
                {
                    Host = broker.Address.Address.ToString(), Port = broker.Address.Port, ClientId = identity.Client, Authentication = new AugPakeLogin(party, identity), KeepAliveSeconds = 0,
                },
                stop).ConfigureAwait(false);
        }
    }

    /// <summary>The least time of the broker's computation of one login, as other work on the machine only adds to it: the three exponentiations of the protocol with the hashes around them, and the one of W for a name
    /// without an account, which every login makes, so that its time tells nothing.</summary>
    internal static double ComputationOf(AugPakeGroup group, AugPakeProfile profile)
    {
        var verifier = Verifier.ComputeW(group, profile, "client", "server", "password");
        var (took, seed) = (new List<double>(Computations), RandomNumberGenerator.GetBytes(32));
        for (var i = 0; i < Computations; i++)
        {
            using var client = new AugPakeClient(group, profile, "client", "server", "password");
            var x = client.Start();
            var begun = Stopwatch.GetTimestamp();
            _ = group.PowerOfGenerator(seed);
            using var server = new AugPakeServer(group, profile, "client", "server", verifier);
            var y = server.Respond(x);
            var spent = Stopwatch.GetElapsedTime(begun);
            var proof = client.Respond(y);
            begun = Stopwatch.GetTimestamp();
            if (!server.TryVerify(proof))
            {
                throw new InvalidOperationException("AugPAKE's own server refuses its own client");
            }

            took.Add((spent + Stopwatch.GetElapsedTime(begun)).TotalSeconds);
        }

        return took.Min();
    }

    /// <summary>Counts logins in a time.</summary>
    /// <exception cref="MqttException">The broker is not there, or a login was refused.</exception>
    private static async Task<LoginResult> MeasureAsync(
        string method, BrokerProcessInfo? process, TimeSpan duration, double? computation, Func<int, Task> logIn, CancellationToken stop)
    {
        // Once each before it counts: the code of both sides is compiled, and a refusal shows at once.
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(logIn)).ConfigureAwait(false);
        var (begun, before, count) = (Stopwatch.GetTimestamp(), process?.ProcessorTime(), 0L);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(
            async () =>
            {
                while (Stopwatch.GetElapsedTime(begun) < duration)
                {
                    stop.ThrowIfCancellationRequested();
                    await logIn(client).ConfigureAwait(false);
                    Interlocked.Increment(ref count);
                }
            },
            stop))).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(begun);
        return new LoginResult(method, count / took.TotalSeconds, count, (process?.ProcessorTime() - before)?.TotalSeconds / count, computation);
    }
}
