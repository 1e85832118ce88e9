namespace Harness.Sessions.Tests.Hops;

/// <summary>A bench of AugMQTT that lets anonymous clients in as well, and who may connect to it.</summary>
internal static class HopBench
{
    public static readonly byte[] Reading = "21.5 C"u8.ToArray();

    public static Task<Bench> StartAsync() => Bench.StartAsync(scheme: SchemeNames.AugMqtt, configure: o => o with { AllowAnonymous = true });

    public static async Task<(DeviceSession Session, HostParty Party)> LogInAsync(
        Bench bench, string client, LoginBinding binding = LoginBinding.EnhancedAuthentication)
    {
        var party = bench.Party(client);
        return (await bench.LogInAsync(client, party: party, binding: binding), party);
    }

    public static Task<MqttClient> AnonymousAsync(Bench bench, string client, MqttVersion version) =>
        MqttClient.ConnectAsync(new MqttClientOptions { Port = bench.Broker.Endpoint.Port, ClientId = client, Version = version }, CancellationToken.None);

    /// <summary>A client of "sub" whose session the broker keeps.</summary>
    public static MqttClientOptions Kept(Bench bench, IParty party) => new()
    {
        Port = bench.Broker.Endpoint.Port, ClientId = "sub", CleanStart = false, SessionExpirySeconds = 600,
        Authentication = new AugPakeLogin(party, bench.Options("sub").Identity),
    };

    public static PartyRefusal Refused(Func<ValueTask<Timed<byte[]>>> open) => Assert.ThrowsAsync<PartyRefusedException>(async () => await open())!.Refusal;
}
