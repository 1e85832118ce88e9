using System.Diagnostics;
using Harness.Adversary.Claims.Bearer;
using Harness.Adversary.Claims.Esfahani;

namespace Harness.Adversary.Links;

/// <summary>The outcome of one trial of a scheme over a link: two devices log in, and one sends the other messages.</summary>
/// <param name="Logins">Logins that were tried.</param>
/// <param name="LoggedIn">Times of those that succeeded, the opening of the connection included.</param>
/// <param name="Sent">Messages that were to be delivered; 0 where the scheme is a login alone.</param>
/// <param name="Delivered">Times from publishing to the opened message, of those that arrived.</param>
/// <param name="Ended">The reason of an early end; null where there was none.</param>
public sealed record LinkTrial(int Logins, IReadOnlyList<TimeSpan> LoggedIn, int Sent, IReadOnlyList<TimeSpan> Delivered, string? Ended);

/// <summary>Runs trials of any scheme over a link, with devices in this process.</summary>
public static class LinkTrials
{
    private const string Server = "broker.test";

    /// <summary>Runs one.</summary>
    /// <param name="scheme">One of <see cref="SchemeNames.All"/>.</param>
    /// <param name="link">The link between devices and broker.</param>
    /// <param name="messages">Messages of 16 bytes, one after the other, QoS 1.</param>
    /// <param name="limit">Longest time of a login, and of a message.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task<LinkTrial> RunAsync(string scheme, LinkConditions link, int messages, TimeSpan limit, CancellationToken cancellationToken) => scheme switch
    {
        SchemeNames.Esfahani2019 => EsfahaniAsync(link, limit, cancellationToken),
        SchemeNames.Niruntasukrat2016 or SchemeNames.Jwt => BearerAsync(scheme, link, limit, cancellationToken),
        SchemeNames.Tls or SchemeNames.TlsClient or SchemeNames.TlsPsk => TlsAsync(scheme, link, messages, limit, cancellationToken),
        _ => PlainAsync(scheme, link, messages, limit, cancellationToken),
    };

    private static async Task<LinkTrial> PlainAsync(string scheme, LinkConditions link, int messages, TimeSpan limit, CancellationToken cancellationToken)
    {
        var testbed = Open(scheme, limit);
        await using (testbed.ConfigureAwait(false))
        {
            await testbed.StartAsync(cancellationToken).ConfigureAwait(false);
            await testbed.OpenTapAsync(null, cancellationToken).ConfigureAwait(false);
            testbed.Proxy!.SetLink(link);
            return await TalkAsync(testbed, messages, () => testbed.LogInAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<LinkTrial> TlsAsync(string scheme, LinkConditions link, int messages, TimeSpan limit, CancellationToken cancellationToken)
    {
        var testbed = Open(SchemeNames.Password, limit);
        await using (testbed.ConfigureAwait(false))
        {
            await testbed.StartAsync(cancellationToken).ConfigureAwait(false);
            var entrance = testbed.Own(new TlsEntrance(scheme, testbed.Endpoint, limit));
            var tap = testbed.Own(MqttProxy.Start(entrance.Endpoint, null, new IPEndPoint(IPAddress.Loopback, 0), link, null));
            return await TalkAsync(testbed, messages, async () =>
            {
                foreach (var device in (TestbedDevice[])[testbed.Subscriber, testbed.Publisher])
                {
                    if (await device.TryLogInAsync(new LoginRequest(Endpoint: entrance.For(device.Client, tap.Endpoint)), cancellationToken).ConfigureAwait(false) is { Error: { } error })
                    {
                        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
                    }

                    await testbed.AdmitAsync(device, cancellationToken).ConfigureAwait(false);
                }
            }, cancellationToken).ConfigureAwait(false);
        }
    }

    private static SchemeTestbed Open(string scheme, TimeSpan limit)
    {
        var profile = scheme switch
        {
            SchemeNames.MqttPresent => AugPakeProfile.AsPublished,
            SchemeNames.Hardened => AugPakeProfile.Framed,
            _ => AugPakeProfile.Rfc6628,
        };
        var testbed = new SchemeTestbed(new TestbedOptions { Scheme = scheme, Server = Server, Timeout = limit, BackOff = false });
        foreach (var (name, part) in ((string, DevicePart)[])[("publisher", DevicePart.Publisher), ("subscriber", DevicePart.Subscriber)])
        {
            testbed.AddHost(name, new PartyIdentity(name, Server, RandomNumberGenerator.GetHexString(20), AugPakeGroup.P256.Name, profile.Name()) { Scheme = scheme }, part);
        }

        return testbed;
    }

    private static async Task<LinkTrial> TalkAsync(SchemeTestbed testbed, int messages, Func<Task> logIn, CancellationToken cancellationToken)
    {
        var delivered = new List<TimeSpan>();
        string? ended = null;
        try
        {
            await logIn().ConfigureAwait(false);
            for (var number = 0; number < messages; number++)
            {
                byte[] message = [.. "link trial no. "u8, (byte)number];
                var watch = Stopwatch.StartNew();
                var opening = testbed.Subscriber.ReceiveAndOpenAsync(cancellationToken);
                await testbed.PublishAsync(message, cancellationToken).ConfigureAwait(false);
                var opened = await opening.ConfigureAwait(false);
                if (!opened.Plaintext.Span.SequenceEqual(message))
                {
                    ended = $"message {number + 1} came as another one";
                    break;
                }

                delivered.Add(watch.Elapsed);
            }
        }
        catch (Exception e) when (e is SessionException or PartyRefusedException or MqttException or CheckFailedException)
        {
            ended = e.Message;
        }

        return new LinkTrial(
            testbed.Devices.Count, [.. testbed.Devices.SelectMany(d => d.Logins).Where(l => l.Succeeded).Select(l => l.Duration)], messages, delivered, ended);
    }

    private static async Task<LinkTrial> EsfahaniAsync(LinkConditions link, TimeSpan limit, CancellationToken cancellationToken)
    {
        var lab = await EsfahaniLab.OpenAsync(limit, cancellationToken).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            lab.SetLink(link);
            var sensor = new EsfahaniSensor("publisher");
            await sensor.PutAsync(lab.Register("publisher"), cancellationToken).ConfigureAwait(false);
            return await OneLoginAsync(async () => (await lab.LogInAsync(sensor, cancellationToken).ConfigureAwait(false)).Agreed ? null : "no key in common").ConfigureAwait(false);
        }
    }

    private static async Task<LinkTrial> BearerAsync(string scheme, LinkConditions link, TimeSpan limit, CancellationToken cancellationToken)
    {
        var lab = await BearerLab.OpenAsync(clock => BearerLab.Bearing(scheme, clock), limit, cancellationToken).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            lab.SetLink(link);
            MqttClient? client = null;
            var trial = await OneLoginAsync(async () =>
            {
                client = await lab.ConnectAsync(lab.Bearer.Connect(), cancellationToken).ConfigureAwait(false);
                return null;
            }).ConfigureAwait(false);
            await (client?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
            return trial;
        }
    }

    private static async Task<LinkTrial> OneLoginAsync(Func<Task<string?>> logIn)
    {
        var watch = Stopwatch.StartNew();
        string? ended;
        try
        {
            ended = await logIn().ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or TimeoutException)
        {
            ended = e.Message;
        }

        return new LinkTrial(1, ended is null ? [watch.Elapsed] : [], 0, [], ended);
    }
}
