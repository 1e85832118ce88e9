using System.Globalization;
using System.Text;
using Harness.Hardware.Native;

namespace Harness.Hardware;

/// <summary>The resistor that holds an open input.</summary>
public enum GpioBias
{
    /// <summary>As the board has it.</summary>
    AsIs,

    /// <summary>None.</summary>
    Off,

    /// <summary>To the supply: open reads high.</summary>
    PullUp,

    /// <summary>To ground: open reads low.</summary>
    PullDown,
}

/// <summary>A line of <c>/dev/gpiochipN</c> as input (uAPI v2). The kernel keeps it for this process until it is disposed.</summary>
public sealed class LinuxGpioInput : IDigitalInput
{
    // At most 31 bytes; gpioinfo shows it, and so does the error of the next who asks: the process is who to end.
    private static readonly string Consumer = string.Create(CultureInfo.InvariantCulture, $"harness-{Environment.ProcessId}");
    private readonly FileDescriptor _line;
    private readonly string _device;

    private LinuxGpioInput(string name, string device, FileDescriptor line)
    {
        Name = name;
        _device = device;
        _line = line;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Requests one line.</summary>
    /// <param name="chip">The chip, for example <c>/dev/gpiochip0</c>.</param>
    /// <param name="line">The line's offset on that chip, from 0 (on a Raspberry Pi header: the BCM number).</param>
    /// <param name="name">What the rig calls it; by default chip and line.</param>
    /// <param name="bias">The resistor.</param>
    /// <exception cref="HardwareException">No such chip or line, no permission, or the line is in use (by whom).</exception>
    public static LinuxGpioInput Open(string chip, int line, string? name = null, GpioBias bias = GpioBias.AsIs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(line);
        var request = Request(line, bias);
        var (device, descriptor) = RequestLine(chip, line, ref request);
        return new LinuxGpioInput(name ?? device, device, descriptor);
    }

    /// <summary>Requests one line as a request says; the caller owns the descriptor.</summary>
    /// <exception cref="HardwareException">No such chip or line, no permission, or the line is in use (by whom).</exception>
    internal static (string Device, FileDescriptor Line) RequestLine(string chip, int line, ref GpioUapi.GpioLineRequest request)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(chip);
        var device = string.Create(CultureInfo.InvariantCulture, $"{chip} line {line}");
        using var node = Libc.Open(chip, Libc.ReadWrite, out var error) ?? throw Opening(chip, device, error);

        var info = default(GpioUapi.GpioChipInfo);
        if (!Libc.Ioctl(node, GpioUapi.ChipInfo, ref info, out error))
        {
            throw new HardwareException(
                HardwareFailure.Configuration, device, $"{chip}: is not a GPIO chip ({Libc.Describe(error)}); expected a node like /dev/gpiochip0.", "gpiodetect");
        }

        if (line >= info.Lines)
        {
            throw new HardwareException(
                HardwareFailure.Missing, device, $"{device}: the chip has lines 0 to {(long)info.Lines - 1}.", $"gpioinfo {Shell.Quote(Path.GetFileName(NodePath.Resolve(chip)))}");
        }

        if (!Libc.Ioctl(node, GpioUapi.GetLine, ref request, out error))
        {
            throw Requesting(node, chip, device, line, error);
        }

        return (device, new FileDescriptor(request.Descriptor));
    }

    /// <inheritdoc/>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_line.IsClosed, this);
        var values = new GpioUapi.GpioLineValues { Mask = 1 };
        if (!Libc.Ioctl(_line, GpioUapi.GetValues, ref values, out var error))
        {
            throw new HardwareException(
                HardwareFailure.Vanished, _device, $"{_device} ({Name}): cannot be read: {Libc.Describe(error)}; the chip is gone.", "gpiodetect");
        }

        return (values.Bits & 1) != 0;
    }

    /// <summary>Gives the line back.</summary>
    public void Dispose() => _line.Dispose();

    internal static unsafe GpioUapi.GpioLineRequest Request(int line, GpioBias bias)
    {
        var request = new GpioUapi.GpioLineRequest
        {
            FirstOffset = (uint)line,
            LineCount = 1,
            Flags = GpioUapi.Input | bias switch
            {
                GpioBias.Off => GpioUapi.BiasOff,
                GpioBias.PullUp => GpioUapi.PullUp,
                GpioBias.PullDown => GpioUapi.PullDown,
                _ => 0,
            },
        };
        Encoding.ASCII.GetBytes(Consumer, new Span<byte>(request.Consumer, 31));
        return request;
    }

    private static HardwareException Opening(string chip, string device, Errno error) => error switch
    {
        Errno.NoEntry or Errno.NotADirectory or Errno.NoDevice or Errno.NoDeviceOrAddress => new(
            HardwareFailure.Missing, device, $"{chip}: no such GPIO chip.", "ls -l /dev/gpiochip*"),
        Errno.AccessDenied or Errno.NotPermitted => new(
            HardwareFailure.PermissionDenied,
            device,
            $"{chip}: {Environment.UserName} may not open it. A new group membership holds from the next login.",
            $"sudo usermod -aG {NodeGroup.Of(chip) ?? "gpio"} $USER"),
        _ => new(
            HardwareFailure.Configuration, device, $"{chip}: cannot be opened: {Libc.Describe(error)}; expected a GPIO chip.", $"ls -l {Shell.Quote(chip)}"),
    };

    private static unsafe HardwareException Requesting(FileDescriptor node, string chip, string device, int line, Errno error)
    {
        var next = $"gpioinfo {Shell.Quote(Path.GetFileName(NodePath.Resolve(chip)))}";
        if (error == Errno.Busy)
        {
            var info = new GpioUapi.GpioLineInfo { Offset = (uint)line };
            var known = Libc.Ioctl(node, GpioUapi.LineInfo, ref info, out _);
            var consumer = known ? Encoding.UTF8.GetString(new ReadOnlySpan<byte>(info.Consumer, 32)).TrimEnd('\0') : "";
            var holder = consumer.Length == 0 ? "another user" : $"\"{consumer}\"";
            return new(HardwareFailure.Busy, device, $"{device}: in use by {holder}; expected it to be free.", next);
        }

        return error is Errno.Invalid or Errno.NotATerminal
            ? new(HardwareFailure.Configuration, device, $"{device}: the kernel refuses the request ({Libc.Describe(error)}); uAPI v2 needs Linux 5.10, a bias needs a chip that has one.", "uname -r")
            : new(HardwareFailure.Configuration, device, $"{device}: the request failed: {Libc.Describe(error)}.", next);
    }
}
