using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Harness.Brokers.Load;

namespace Harness.Brokers.Tests.Load;

/// <summary>A load ends at a broker that takes nothing any more, or that ends while what is on its way is waited for; and where it is stopped.</summary>
[CancelAfter(60_000)]
internal sealed class LoadStopTests
{
    private static readonly LoadWorkload Large = new(QualityOfService.AtMostOnce, 60_000);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(50);

    [Test]
    public async Task A_load_on_a_broker_that_takes_nothing_any_more_ends_by_itself([Values] bool fixedRate, [Values] bool tls, CancellationToken stop)
    {
        await using var broker = new Deaf(tls);
        var under = broker.Under with { TakesWithin = TimeSpan.FromSeconds(0.5) };

        Assert.That(() => MeasureAsync(under, fixedRate, stop), Throws.TypeOf<MqttTimedOutException>().With.Message.Contains("took no bytes for 0.5 s"));
    }

    [Test]
    public async Task A_load_that_is_stopped_while_it_sends_ends_at_once([Values] bool fixedRate, [Values] bool tls, CancellationToken stop)
    {
        await using var broker = new Deaf(tls);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);

        var measuring = Task.Run(() => MeasureAsync(broker.Under with { TakesWithin = TimeSpan.FromMinutes(10) }, fixedRate, stopping.Token), stop);
        await broker.IsFullAsync(stop);
        await stopping.CancelAsync();

        Assert.That(async () => await measuring.WaitAsync(TimeSpan.FromSeconds(20), stop), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_broker_that_ends_while_the_last_messages_are_waited_for_loses_none(CancellationToken stop)
    {
        await using var broker = new Deaf(tls: false) { EndsAfter = TimeSpan.FromSeconds(1) };

        Assert.That(
            () => Throughput.MeasureAsync(broker.Under, new LoadWorkload(QualityOfService.AtMostOnce, 8), TimeSpan.Zero, TimeSpan.FromMilliseconds(100), stop),
            Throws.InstanceOf<MqttNotConnectedException>());
    }

    private static Task MeasureAsync(BrokerUnderTest broker, bool fixedRate, CancellationToken stop) => fixedRate
        ? FixedRate.MeasureAsync(broker, Large, 100_000, WarmUp.None, Long, stop)
        : Throughput.MeasureAsync(broker, Large, TimeSpan.Zero, Long, stop);

    /// <summary>Lets clients in, grants a subscription, and reads nothing more.</summary>
    private sealed class Deaf : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly X509Certificate2? _certificate;
        private readonly List<Socket> _clients = [];
        private readonly Task _serving;

        public Deaf(bool tls)
        {
            if (tls)
            {
                using var key = RSA.Create(2048);
                using var made = new CertificateRequest("CN=deaf", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
                _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
            }

            _listener.Start();
            Under = new BrokerUnderTest((IPEndPoint)_listener.LocalEndpoint)
            {
                AnswerWithin = TimeSpan.FromSeconds(20), Tls = tls ? new SslClientAuthenticationOptions { TargetHost = "deaf", RemoteCertificateValidationCallback = (_, _, _, _) => true } : null,
            };
            _serving = ServeAsync();
        }

        public BrokerUnderTest Under { get; }

        /// <summary>Time after which it closes all connections.</summary>
        public TimeSpan? EndsAfter { get; init; }

        /// <summary>Waits until as much came from the publisher, the first client, as waits unread at most.</summary>
        public async Task IsFullAsync(CancellationToken stop)
        {
            for (var (before, same) = (0, 0); same < 20; await Task.Delay(10, stop))
            {
                var waiting = _clients is [var publisher, ..] ? publisher.Available : 0;
                (before, same) = (waiting, waiting > 100_000 && waiting == before ? same + 1 : 0);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _listener.Dispose();
            _clients.ForEach(client => client.Dispose());
            _certificate?.Dispose();
            _stop.Dispose();
        }

        private async Task ServeAsync()
        {
            try
            {
                for (var client = 0; client < 2; client++)
                {
                    var socket = await _listener.AcceptSocketAsync(_stop.Token);
                    _clients.Add(socket);
                    Stream stream = new NetworkStream(socket);
                    if (_certificate is not null)
                    {
                        var secured = new SslStream(stream);
                        await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                        stream = secured;
                    }

                    await AnswerAsync(stream, "20020000");
                    if (client == 1)
                    {
                        await AnswerAsync(stream, "9003000100");
                    }
                }

                if (EndsAfter is { } after)
                {
                    await Task.Delay(after, _stop.Token);
                    _clients.ForEach(client => client.Dispose());
                }
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        private async Task AnswerAsync(Stream stream, string answer)
        {
            _ = await stream.ReadAsync(new byte[1024], _stop.Token);
            await stream.WriteAsync(Convert.FromHexString(answer), _stop.Token);
        }
    }
}
