using System.Net;
using Harness.Mqtt.Proxy;
using Harness.Sessions.Testbed;

namespace Harness.Sessions.Tests;

/// <summary>A testbed with the accounts of "pub", "sub" and "other", a pair of the first two, and a tap; a test logs in whom it likes.</summary>
internal sealed class Bench : SchemeTestbed
{
    public new const string Topic = "plant/1";
    public const string Password = "correct horse";

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly List<HostParty> _parties = [];

    private Bench(TestbedOptions options)
        : base(options)
    {
    }

    public MqttProxy Tap => Proxy!;

    public List<OperationSample> Samples { get; } = [];

    public static async Task<Bench> StartAsync(
        int keyBits = 128, IProxyPolicy? policy = null, string scheme = SchemeNames.MqttPresent, TimeProvider? time = null,
        Func<SecureBrokerOptions, SecureBrokerOptions>? configure = null)
    {
        var bench = new Bench(new TestbedOptions
        {
            Server = "broker", Topic = Topic, KeyBits = keyBits, Scheme = scheme, Timeout = Limit, TimeProvider = time ?? TimeProvider.System, Configure = configure,
        });
        foreach (var (client, part) in (IEnumerable<(string, DevicePart)>)[("pub", DevicePart.Publisher), ("sub", DevicePart.Subscriber), ("other", DevicePart.Bystander)])
        {
            bench.AddHost(client, bench.IdentityOf(client), part);
        }

        await bench.StartAsync(CancellationToken.None);
        await bench.OpenTapAsync(policy, CancellationToken.None);
        return bench;
    }

    public HostParty Party(string name)
    {
        var party = new HostParty(name);
        _parties.Add(party);
        return party;
    }

    public async Task<DeviceSession> LogInAsync(string client, int keyBits = 128, string password = Password, IParty? party = null, IPEndPoint? endpoint = null,
        LoginBinding binding = LoginBinding.EnhancedAuthentication) =>
        Own(await DeviceSession.LoginAsync(
            party ?? Party(client), Options(client, keyBits, password, endpoint) with { Binding = binding }, CancellationToken.None));

    public new DeviceSessionOptions Options(
        string client, int keyBits = 128, string password = Password, IPEndPoint? endpoint = null, TimeSpan? limit = null) =>
        SessionOptions(IdentityOf(client, password), new LoginRequest(Endpoint: endpoint, Timeout: limit)) with
        {
            KeyBits = keyBits,
            Observe = sample =>
            {
                lock (Samples)
                {
                    Samples.Add(sample);
                }
            },
        };

    protected override void WipeSecrets() => _parties.ForEach(p => p.Dispose());

    private PartyIdentity IdentityOf(string client, string password = Password) =>
        new(client, "broker", password, "p256", "as-published") { Scheme = base.Options.Scheme };
}
