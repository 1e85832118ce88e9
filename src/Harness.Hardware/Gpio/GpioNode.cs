namespace Harness.Hardware.Gpio;

/// <summary>Checks of a GPIO chip's node, <c>/dev/gpiochipN</c>, and requests of its lines (uAPI v2).</summary>
internal static class GpioNode
{
    /// <summary>Names chip and line: <c>/dev/gpiochip0 line 17</c>.</summary>
    public static string Describe(string chip, int line) => string.Create(CultureInfo.InvariantCulture, $"{chip} line {line}");

    /// <summary>Returns the command that shows who uses the chip's lines.</summary>
    public static string InfoCommand(string chip) => $"gpioinfo {Shell.Quote(Path.GetFileName(NodePath.Resolve(chip)))}";

    /// <summary>Checks that the node is a chip that this user may open and that its line is there and free. It requests nothing.</summary>
    /// <exception cref="HardwareException">No such chip or line, no permission, or the line is in use (by whom).</exception>
    public static void Check(string chip, int line)
    {
        using var node = Open(chip, line);
        if (Info(node, line) is { } info && (info.Flags & GpioUapi.Used) != 0)
        {
            throw InUse(chip, line, info);
        }
    }

    /// <summary>Requests one line; the caller owns the descriptor.</summary>
    /// <exception cref="HardwareException">No such chip or line, no permission, or the line is in use (by whom).</exception>
    public static FileDescriptor Request(string chip, int line, ref GpioUapi.GpioLineRequest request)
    {
        using var node = Open(chip, line);
        return Libc.Ioctl(node, GpioUapi.GetLine, ref request, out var error)
            ? new FileDescriptor(request.Descriptor)
            : throw Requesting(node, chip, line, error);
    }

    private static FileDescriptor Open(string chip, int line)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(chip);
        ArgumentOutOfRangeException.ThrowIfNegative(line);
        var device = Describe(chip, line);
        var node = Libc.Open(chip, Libc.ReadWrite, out var error) ?? throw Opening(chip, device, error);
        var info = default(GpioUapi.GpioChipInfo);
        if (!Libc.Ioctl(node, GpioUapi.ChipInfo, ref info, out error))
        {
            node.Dispose();
            throw new HardwareException(
                HardwareFailure.Configuration, device, $"{chip}: is not a GPIO chip ({Libc.Describe(error)}); expected a node like /dev/gpiochip0.", "gpiodetect");
        }

        if (line >= info.Lines)
        {
            node.Dispose();
            throw new HardwareException(HardwareFailure.Missing, device, $"{device}: the chip has lines 0 to {(long)info.Lines - 1}.", InfoCommand(chip));
        }

        return node;
    }

    private static GpioUapi.GpioLineInfo? Info(FileDescriptor node, int line)
    {
        var info = new GpioUapi.GpioLineInfo { Offset = (uint)line };
        return Libc.Ioctl(node, GpioUapi.LineInfo, ref info, out _) ? info : null;
    }

    /// <summary>The error of a chip that cannot be opened.</summary>
    internal static HardwareException Opening(string chip, string device, Errno error) => error switch
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

    private static HardwareException Requesting(FileDescriptor node, string chip, int line, Errno error)
    {
        var device = Describe(chip, line);
        return error switch
        {
            Errno.Busy => InUse(chip, line, Info(node, line)),
            Errno.Invalid or Errno.NotATerminal => new(
                HardwareFailure.Configuration, device, $"{device}: the kernel refuses the request ({Libc.Describe(error)}); uAPI v2 needs Linux 5.10.", "uname -r"),
            _ => new(HardwareFailure.Configuration, device, $"{device}: the request failed: {Libc.Describe(error)}.", InfoCommand(chip)),
        };
    }

    private static unsafe HardwareException InUse(string chip, int line, GpioUapi.GpioLineInfo? info)
    {
        var consumer = "";
        if (info is { } known)
        {
            consumer = Encoding.UTF8.GetString(new ReadOnlySpan<byte>(known.Consumer, 32)).TrimEnd('\0');
        }

        var holder = consumer.Length == 0 ? "another user" : $"\"{consumer}\"";
        var device = Describe(chip, line);
        return new(HardwareFailure.Busy, device, $"{device}: in use by {holder}; expected it to be free.", InfoCommand(chip));
    }
}
