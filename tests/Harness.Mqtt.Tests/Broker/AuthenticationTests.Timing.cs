namespace Harness.Mqtt.Tests.Broker;

/// <content>Time-outs.</content>
public partial class AuthenticationTests
{
    [Test]
    public async Task A_silent_client_is_closed_at_the_time_out_and_its_exchange_disposed()
    {
        var (time, authenticator) = (new FakeTimeProvider(), new FakeAuthenticator());
        await using var environment = await TestEnvironment.StartAsync(With(authenticator) with { TimeProvider = time, HandshakeTimeout = TimeSpan.FromMinutes(5) });
        using var silent = await environment.RawAsync();
        await silent.SendAsync(Connect);
        await silent.ExpectAsync(Auth02);

        time.Advance(TimeSpan.FromMinutes(5));

        await silent.ExpectEndAsync();
        Assert.That(await authenticator.DisposedSignal.WaitAsync(TestEnvironment.Timeout), Is.True);
    }

    [Test]
    public async Task An_authenticator_that_hangs_is_left_at_the_time_out()
    {
        var time = new FakeTimeProvider();
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource<AuthenticationStep>();
        var authenticator = new FakeAuthenticator((_, _, _) =>
        {
            reached.TrySetResult();
            return new(never.Task);
        });
        await using var environment = await TestEnvironment.StartAsync(With(authenticator) with { TimeProvider = time });
        using var peer = await environment.RawAsync();
        await peer.SendAsync(Connect);
        await reached.Task.WaitAsync(TestEnvironment.Timeout);

        time.Advance(TimeSpan.FromSeconds(30));

        await peer.ExpectEndAsync();
        Assert.That(await authenticator.DisposedSignal.WaitAsync(TestEnvironment.Timeout), Is.True);
    }

    [Test]
    public async Task A_re_authentication_left_unfinished_ends_with_0x87()
    {
        var time = new FakeTimeProvider();
        await using var environment = await TestEnvironment.StartAsync(With(new FakeAuthenticator()) with { TimeProvider = time });
        using var peer = await environment.RawAsync();
        await LogInAsync(peer);
        await peer.SendAsync(ReAuth01);
        await peer.ExpectAsync(Auth02);

        time.Advance(TimeSpan.FromSeconds(30));

        await peer.ExpectAsync("E0 01 87");
    }
}
